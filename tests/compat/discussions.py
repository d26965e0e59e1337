"""What HfApi does with discussions and pull requests, many of them; prints what each call gave as JSON."""

import json
import sys

from huggingface_hub import HfApi, get_repo_discussions
from huggingface_hub.errors import HfHubHTTPError

model, benchmark = sys.argv[1:3]
# compat: discussions.create, discussions.comment, discussions.title, discussions.status, discussions.draft
# compat: discussions.merge, discussions.list, board.base-model, info.eval-results, commit.to-pull-request
# compat: accept.discussions, accept.leaderboard
api = HfApi()
api.create_repo(model, exist_ok=True)
seen = {}

question = api.create_discussion(model, "A question", description="Why?")
comment = api.comment_discussion(model, question.num, "Because.")
edited = api.edit_discussion_comment(model, question.num, comment.id, "Because of this.")
seen["edited"] = [edited.content, edited.edited]
seen["hidden"] = api.hide_discussion_comment(model, question.num, comment.id).hidden
renamed = api.rename_discussion(model, question.num, "Another question")
seen["renamed"] = [renamed.old_title, renamed.new_title]
seen["closed"] = api.change_discussion_status(model, question.num, "closed", comment="Done.").new_status
seen["reopened"] = api.change_discussion_status(model, question.num, "open").new_status

pull = api.create_pull_request(model, "A pull request")
seen["draft"] = [pull.status, pull.git_reference, pull.target_branch, pull.conflicting_files]
entry = f"- dataset: {{id: {benchmark}, task_id: sums}}\n  value: 0.75\n"
api.upload_file(
    path_or_fileobj=entry.encode(),
    path_in_repo=".eval_results/sums.yaml",
    repo_id=model,
    revision=pull.git_reference,
)
seen["opened"] = api.get_discussion_details(model, pull.num).status
rows = api.get_dataset_leaderboard(benchmark, base_model_only=False)
seen["board"] = [[row.value, row.pull_request] for row in rows if row.model_id == model]
api.merge_pull_request(model, pull.num, comment="Thanks.")
merged = api.get_discussion_details(model, pull.num)
seen["merged"] = [merged.status, merged.merge_commit_oid is not None]
try:
    api.merge_pull_request(model, pull.num)
except HfHubHTTPError as error:
    seen["merged_again"] = error.response.status_code
seen["eval_results"] = [one.value for one in api.model_info(model, expand=["evalResults"]).eval_results]

for number in range(55):
    api.create_discussion(model, f"Question {number}", description="")
api.change_discussion_status(model, 10, "closed")
found = list(get_repo_discussions(model))
seen["all"] = [len(found), len({one.num for one in found})]
seen["open"] = len(list(get_repo_discussions(model, discussion_status="open")))
pulls = list(get_repo_discussions(model, discussion_type="pull_request", author="admin"))
seen["pulls"] = [[one.num, one.status, one.is_pull_request] for one in pulls]
print(json.dumps(seen))
