"""Pushes a dataset of many megabytes that do not compress; prints what the hub holds as JSON."""

import json
import os
import sys

from datasets import Dataset
from huggingface_hub import HfApi

# compat: accept.push-dataset, datasets.push, xet.upload, lfs.multipart, lfs.verify
name, megabytes = sys.argv[1], int(sys.argv[2])
Dataset.from_dict({"bytes": [os.urandom(1_000_000) for _ in range(megabytes)]}).push_to_hub(name)
[shard] = [one for one in HfApi().list_repo_tree(name, "data", repo_type="dataset")]
print(json.dumps({"path": shard.path, "lfs": shard.lfs.size == shard.size, "megabytes": shard.size // 1_000_000}))
