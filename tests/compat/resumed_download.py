"""Downloads one file over a connection that breaks; prints whether the bytes are the right ones."""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

from huggingface_hub import hf_hub_download

# compat: resolve.range, accept.folders
repo, path, sha256 = sys.argv[1:4]
with tempfile.TemporaryDirectory() as folder:
    read = Path(hf_hub_download(repo, path, cache_dir=folder)).read_bytes()
print(json.dumps(hashlib.sha256(read).hexdigest() == sha256))
