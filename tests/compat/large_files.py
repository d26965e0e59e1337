"""Uploads random bytes from a path and from a file object, and downloads them; prints what came back as JSON."""

import hashlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download

repo, size = sys.argv[1], int(sys.argv[2])
# compat: accept.large, xet.token, xet.upload, xet.grants, lfs.batch, lfs.upload, lfs.verify, paths-info, resolve.large
api = HfApi()
api.create_repo(repo, exist_ok=True)
seen = {}
with tempfile.TemporaryDirectory() as folder:
    for name in ["path.bin", "object.bin"]:
        data = os.urandom(size)
        source = Path(folder) / name
        source.write_bytes(data)
        handed = io.BytesIO(data) if name == "object.bin" else source
        api.upload_file(path_or_fileobj=handed, path_in_repo=name, repo_id=repo)
        read = Path(hf_hub_download(repo, name, cache_dir=folder)).read_bytes()
        wanted = hashlib.sha256(data).hexdigest()
        stored = api.get_paths_info(repo, [name])[0].lfs
        seen[name] = [hashlib.sha256(read).hexdigest() == wanted, stored.sha256 == wanted, stored.size]

print(json.dumps(seen))
