"""What a user of huggingface_hub does against a hub. Prints one JSON object: what each call gave."""

import json
import sys
import tempfile
from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download

model, benchmark = sys.argv[1:3]
# compat: accept.leaderboard, base.self-urls, auth.bearer, whoami, repos.create, repos.create.exists, commit, commit.pull-request
# compat: tree, resolve, refs, discussions.details, discussions.comment, discussions.merge, board, info.eval-results
# compat: lists.benchmarks, revisions.encoded, preupload, lfs.upload
api = HfApi()
seen = {}

entry = f"""- dataset:
    id: {benchmark}
    task_id: sums
  value: 0.5
  date: "2026-01-15"
  source:
    url: https://example.test/run
    name: An example
"""

seen["whoami"] = api.whoami()["name"]
seen["create_repo"] = str(api.create_repo(model))
seen["create_repo_again"] = str(api.create_repo(model, exist_ok=True))
commit = api.upload_file(path_or_fileobj=b"# A model\n", path_in_repo="README.md", repo_id=model)
seen["upload_file"] = commit.oid
pull = api.upload_file(
    path_or_fileobj=entry.encode(),
    path_in_repo=".eval_results/sums.yaml",
    repo_id=model,
    create_pr=True,
    commit_message="Add a result",
)
seen["create_pr"] = pull.pr_num
seen["list_repo_files"] = sorted(api.list_repo_files(model))
seen["list_repo_files_pr"] = sorted(api.list_repo_files(model, revision=f"refs/pr/{pull.pr_num}"))
with tempfile.TemporaryDirectory() as folder:
    path = hf_hub_download(model, ".eval_results/sums.yaml", revision=pull.pr_revision, cache_dir=folder)
    seen["hf_hub_download"] = Path(path).read_text() == entry
details = api.get_discussion_details(model, pull.pr_num)
seen["details"] = [details.title, details.status, details.is_pull_request, "value: 0.5" in (details.diff or "")]


def board():
    rows = api.get_dataset_leaderboard(benchmark)
    return [[row.model_id, row.value, row.pull_request, row.verified] for row in rows]


seen["board_before"] = board()
api.comment_discussion(model, pull.pr_num, "Looks right.")
api.merge_pull_request(model, pull.pr_num)
seen["status_after"] = api.get_discussion_details(model, pull.pr_num).status
seen["board_after"] = board()
results = api.model_info(model, expand=["evalResults"]).eval_results
seen["eval_results"] = [[one.dataset_id, one.task_id, one.value] for one in results]
seen["is_benchmark"] = benchmark in [row.id for row in api.list_datasets(filter="benchmark:official")]
# A binary file goes to the store for large files.
big = bytes(range(256)) * 4096
api.upload_file(path_or_fileobj=big, path_in_repo="weights.bin", repo_id=model)
with tempfile.TemporaryDirectory() as folder:
    seen["large"] = Path(hf_hub_download(model, "weights.bin", cache_dir=folder)).read_bytes() == big

print(json.dumps(seen))
