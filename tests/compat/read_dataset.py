"""Reads a dataset repo with datasets.load_dataset, plain and streamed; prints what it found as JSON."""

import json
import sys

from datasets import load_dataset

# compat: datasets.load, resolve.range, tree.missing
repo = sys.argv[1]
rows = load_dataset(repo, split="test")
streamed = next(iter(load_dataset(repo, split="test", streaming=True)))
pinned = load_dataset(repo, name="default", split="test", revision=sys.argv[2])
print(json.dumps({"rows": len(rows), "first": rows[0], "streamed": streamed, "pinned": len(pinned)}))
