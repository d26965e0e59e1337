"""Pushes a dataset twice with datasets, reads it and other formats back; prints what it found as JSON."""

import json
import sys
import tempfile

import datasets
from datasets import Dataset, load_dataset
from huggingface_hub import HfApi

name = sys.argv[1]
# compat: accept.push-dataset, accept.load-dataset
# compat: datasets.push, datasets.load, datasets.refused, commits, commit.conflict, tree.missing, auth.gated, auth.private
api = HfApi()
seen = {}
rows = {"question": [f"What is {n} plus {n}?" for n in range(500)], "target": [str(2 * n) for n in range(500)]}
Dataset.from_dict(rows).push_to_hub(name)
rows["target"][0] = "zero"
Dataset.from_dict(rows).push_to_hub(name)
read = load_dataset(name, split="train")
seen["pushed_twice"] = [len(read), read[0]["target"], read[499]["target"]]
seen["files"] = sorted(api.list_repo_files(name, repo_type="dataset"))
seen["commits"] = len(api.list_repo_commits(name, repo_type="dataset"))

with tempfile.TemporaryDirectory() as folder:
    Dataset.from_dict({"a": [1, 2]}).to_parquet(f"{folder}/test.parquet")
    formats = {"csv": "a\n1\n2\n", "jsonl": '{"a": 1}\n{"a": 2}\n'}
    for ending, text in formats.items():
        with open(f"{folder}/test.{ending}", "w") as file:
            file.write(text)
    for ending in ["csv", "jsonl", "parquet"]:
        repo = f"{name}-{ending}"
        api.create_repo(repo, repo_type="dataset", private=True)
        api.upload_file(
            path_or_fileobj=f"{folder}/test.{ending}",
            path_in_repo=f"test.{ending}",
            repo_id=repo,
            repo_type="dataset",
        )
        seen[ending] = load_dataset(repo, split="test")["a"][:]

api.update_repo_settings(f"{name}-csv", repo_type="dataset", gated="manual", private=False)


def refusal(repo, token):
    # A cache that has read the data set before would answer for the hub.
    try:
        with tempfile.TemporaryDirectory() as empty:
            load_dataset(repo, split="test", token=token, cache_dir=empty)
    except datasets.exceptions.DatasetNotFoundError:
        return "DatasetNotFoundError"
    except Exception as error:
        return repr(error)


seen["gated"] = refusal(f"{name}-csv", False)
seen["private"] = refusal(f"{name}-jsonl", False)
seen["missing"] = refusal(f"{name}-nowhere", None)
print(json.dumps(seen))
