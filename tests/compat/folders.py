"""Uploads folders in every way there is and downloads them again; proposes results as mteb does. Prints JSON."""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from huggingface_hub import HfApi, HfFileSystem, ModelCard, __version__, hf_hub_download, snapshot_download

# compat: preupload, commit, commit.unchanged, info.revision, tree, resolve, resolve.large, base.casing
# compat: discussions.create, discussions.draft, commit.to-pull-request, board, revisions.encoded
# compat: accept.folders, accept.file-system, accept.propose-folder, validate-yaml, paths-info
# compat: xet.token, xet.upload, lfs.batch, lfs.verify
name, benchmark = sys.argv[1:3]
api = HfApi()
seen = {}


def digest(folder):
    """Path and SHA-256 of every file of a folder."""
    files = [path for path in Path(folder).rglob("*") if path.is_file() and ".cache" not in path.parts]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


with tempfile.TemporaryDirectory() as work:
    source = Path(work) / "source"
    for number in range(60):
        path = source / f"part {number % 7}" / "ü" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text {number}\n")
    for number in range(3):
        (source / f"{number}.bin").write_bytes(os.urandom(3_000_000))
    (source / "empty.txt").touch()
    (source / "README.md").write_text("---\nlicense: mit\n---\n# A folder\n")
    wanted = digest(source)

    def got(repo, place, **options):
        folder = snapshot_download(repo, local_dir=Path(work) / place, ignore_patterns=[".gitattributes"], **options)
        return digest(folder) == wanted

    api.create_repo(name)
    first = api.upload_folder(repo_id=name, folder_path=source)
    again = api.upload_folder(repo_id=name, folder_path=source)
    seen["upload_folder"] = [got(name, "a"), again.oid == first.oid]
    seen["other_case"] = digest(snapshot_download(name.upper(), cache_dir=Path(work) / "cache")).keys() >= wanted.keys()
    api.delete_folder("part 1", name)
    seen["delete_folder"] = sum(one.startswith("part 1/") for one in api.list_repo_files(name))

    if hasattr(api, "upload_large_folder"):
        large = f"{name}-large"
        api.upload_large_folder(large, source, repo_type="model", num_workers=2, print_report=False)
        seen["upload_large_folder"] = got(large, "b")

    # Files as of a file system: what pandas, datasets and Lighteval write and read by `hf://`.
    files = HfFileSystem()
    data = os.urandom(1_000_000)
    with files.open(f"{name}/deep/er/data.parquet", "wb") as file:
        file.write(b"PAR1" + data)
    with files.open(f"{name}/deep/er/data.parquet", "rb") as file:
        file.seek(500_000)
        seen["hf_file"] = file.read(1000) == (b"PAR1" + data)[500_000:501_000]
    found = [path.removeprefix(f"{name}/") for path in files.glob(f"{name}/deep/**/*.parquet")]
    seen["hf_glob"] = [found, files.info(f"{name}/deep/er/data.parquet")["size"]]
    files.rm(f"{name}/deep", recursive=True)
    seen["hf_rm"] = HfFileSystem(skip_instance_cache=True).exists(f"{name}/deep")
    seen["repo_exists"] = [api.repo_exists(name), api.repo_exists(f"{name}-details"), api.file_exists(name, "no.txt")]
    # Before 2.0 a card is judged at huggingface.co, whatever the endpoint.
    if not __version__.startswith("1."):
        ModelCard("---\nlicense: apache-2.0\n---\n# A card\n").push_to_hub(name)
        seen["card"] = ModelCard.load(name).data.license

    # As mteb hands in results: a folder as a pull request, which the server leaves a draft until a commit comes.
    results = Path(work) / "results"
    results.mkdir()
    entry = "- dataset: {id: %s, task_id: sums}\n  value: %s\n  verify_token: none\n"
    (results / "Sums.yaml").write_text(entry % (benchmark, 0.25))
    pull = api.upload_folder(repo_id=name, folder_path=results, path_in_repo=".eval_results", create_pr=True)
    details = api.get_discussion_details(name, pull.pr_num)
    rows = [row for row in api.get_dataset_leaderboard(benchmark) if row.model_id == name]
    seen["proposed"] = [details.status, [[row.value, row.pull_request, row.filename] for row in rows]]
    (results / "Sums.yaml").write_text(entry % (benchmark, 0.5))
    api.upload_folder(repo_id=name, folder_path=results, path_in_repo=".eval_results", revision=pull.pr_revision)
    rows = [row for row in api.get_dataset_leaderboard(benchmark) if row.model_id == name]
    seen["changed"] = [row.value for row in rows]
    path = hf_hub_download(name, ".eval_results/Sums.yaml", revision=pull.pr_revision, cache_dir=Path(work) / "cache")
    seen["read"] = Path(path).read_text() == entry % (benchmark, 0.5)

print(json.dumps(seen))
