import type { RequirementGroups } from './requirement.ts';

export const filesAndGit: RequirementGroups = {
  'Files and history': {
    tree: {
      for: 'P0 §4.1 python hf datasets js inspect',
      rule: 'GET `/api/{type}/{id}/tree/{rev}/{path}` lists files and folders with oid, real size and LFS facts, recursive or not',
    },
    'tree.expand': {
      for: 'P1 §4.1 hf js',
      rule: '`expand=true` adds the last commit of each entry',
    },
    'tree.missing': {
      for: 'P0 §4.1 datasets',
      rule: 'A folder that is not there is 404 `EntryNotFound` (`datasets` asks for `/data`); an empty repo is `[]`',
    },
    'tree.pages': {
      for: 'P0 §4.1 python js',
      rule: 'Long listings are paged, and a branch that moves between two pages changes neither',
    },
    'paths-info': {
      for: 'P0 §4.2 python datasets js',
      rule: 'POST `/api/{type}/{id}/paths-info/{rev}` from a form and from JSON; unknown paths are left out',
    },
    refs: {
      for: 'P0 §4.3 python hf',
      rule: 'GET `/api/{type}/{id}/refs` lists branches, tags, conversions and, when asked, pull requests',
    },
    commits: {
      for: 'P1 §4.4 python js',
      rule: 'GET `/api/{type}/{id}/commits/{rev}` gives the history in pages, with `X-Total-Count`',
    },
    branches: {
      for: 'P1 §4.5 python hf js',
      rule: 'POST and DELETE `/api/{type}/{id}/branch/{name}`; a name that is taken is 409, the main branch stays',
    },
    tags: {
      for: 'P1 §4.5 python hf',
      rule: 'POST `/api/{type}/{id}/tag/{rev}` and DELETE `/api/{type}/{id}/tag/{tag}`',
    },
    'super-squash': {
      for: 'P2 §4.5 python',
      rule: "POST `/api/{type}/{id}/super-squash/{branch}` makes one commit of a branch's history",
    },
    compare: {
      for: 'P2 §4.6 people',
      rule: 'GET `/api/{type}/{id}/compare/{a}..{b}`',
    },
    treesize: {
      for: 'P2 §4.6 people',
      rule: 'GET `/api/{type}/{id}/treesize/{rev}/{path}`',
    },
    'lfs-files': {
      for: 'P2 §4.6 python hf',
      rule: 'GET `/api/{type}/{id}/lfs-files` and POST `/lfs-files/batch` list and delete large files',
    },
    resolve: {
      for: 'P0 §5.1 python hf datasets js inspect lighteval',
      rule: 'GET `/{id}/resolve/{rev}/{path}` gives the bytes, with `X-Repo-Commit`, `ETag`, real length, never compressed, never redirected on the same host',
    },
    'resolve.large': {
      for: 'P0 §5.1 python datasets',
      rule: 'Large files also carry `X-Linked-ETag` (SHA-256) and `X-Linked-Size`, and are served in place',
    },
    'resolve.range': {
      for: 'P0 §5.1 python datasets js',
      rule: 'Ranges are 206 with `Content-Range`, beyond the end 416',
    },
    'resolve.empty': {
      for: 'P1 §5.2 js',
      rule: 'A range of an empty file is 200 with `Content-Range` `bytes */0`',
    },
    'resolve.safe': {
      for: 'P1 §5.1 people',
      rule: "Files of users are never active content on the hub's origin",
    },
    'resolve.no-xet': {
      for: 'P0 §17 python js datasets',
      rule: 'No mark of Xet on any read, so that every client downloads by plain HTTP',
    },
    raw: {
      for: 'P0 §5.3 js people',
      rule: 'GET and HEAD `/{id}/raw/{rev}/{path}` give what git holds; of a large file, its pointer',
    },
  },
  Writing: {
    'validate-yaml': {
      for: 'P0 §6.1 python datasets',
      rule: 'POST `/api/validate-yaml` judges a README for anyone, in JSON whatever happens',
    },
    preupload: {
      for: 'P0 §6.2 python hf datasets js',
      rule: 'POST `/api/{type}/{id}/preupload/{rev}` says for each file how to send it, whether it is ignored, and what is there now',
    },
    commit: {
      for: 'P0 §6.3 python hf datasets js',
      rule: 'POST `/api/{type}/{id}/commit/{rev}` applies NDJSON lines in order, 100 MiB and more, without holding them',
    },
    'commit.json': {
      for: 'P2 §6.3 people',
      rule: 'A commit may also be one JSON object',
    },
    'commit.conflict': {
      for: 'P0 §6.3 python datasets',
      rule: 'A `parentCommit` that is not the head any more is 412',
    },
    'commit.pull-request': {
      for: 'P0 §6.3 python hf js',
      rule: '`create_pr=1` opens a pull request for any reader, with `pullRequestUrl`',
    },
    'commit.to-pull-request': {
      for: 'P0 §6.3 python hf mteb',
      rule: 'A commit to `refs/pr/N` adds to it, for its author and for writers',
    },
    'commit.atomic': {
      for: 'P0 §6.3 python',
      rule: 'A commit that is refused or breaks off leaves nothing behind',
    },
    'commit.unchanged': {
      for: 'P1 §6.2 python hf',
      rule: 'A file that is there already is not sent again, and no commit is made',
    },
  },
  'Large files': {
    'lfs.batch': {
      for: 'P0 §7.1 python js lfs',
      rule: 'POST `/{id}.git/info/lfs/objects/batch` hands out signed URLs; what is stored already has no actions',
    },
    'lfs.upload': {
      for: 'P0 §7.1 python js lfs',
      rule: 'PUT to a signed URL needs no other credential, and is checked for size and SHA-256',
    },
    'lfs.verify': {
      for: 'P0 §7.1 python lfs',
      rule: 'POST to the verify URL says whether the object has arrived',
    },
    'lfs.multipart': {
      for: 'P1 §7.1 python js',
      rule: 'Objects larger than a part go in parts to signed URLs, to be completed by one call',
    },
    'lfs.locks': {
      for: 'P1 §7.1 lfs',
      rule: 'Locks are answered 404 in JSON, so that `git lfs` goes on without them',
    },
    'lfs.download': {
      for: 'P0 §7.1 lfs',
      rule: '`git lfs` downloads from signed URLs, ranges included',
    },
    'lfs.held': {
      for: 'P0 §7.1 people',
      rule: 'A large object is served only by repos that it was uploaded to; its digest alone opens nothing',
    },
    'xet.token': {
      for: 'P0 §7.2 python hf datasets',
      rule: 'GET `/api/{type}/{id}/xet-write-token/{rev}` for whoever may upload, also under the word `None` and with `create_pr=1`',
    },
    'xet.upload': {
      for: 'P0 §7.2 python hf datasets',
      rule: 'Xorbs and shards become LFS objects, checked by SHA-256; what was sent once makes up several files',
    },
    'xet.grants': {
      for: 'P0 §20.1 python hf datasets',
      rule: 'Below the Xet address everything else is exactly 404, xorb grants of hf_xet 1.8 included',
    },
  },
  git: {
    'git.addresses': {
      for: 'P0 §8 git',
      rule: 'Clone, fetch and push at `{id}`, `{id}.git` and `{id}/`, by protocols 0 to 2',
    },
    'git.login': {
      for: 'P0 §8 git',
      rule: 'Git is asked for credentials by 401 and `WWW-Authenticate: Basic`',
    },
    'git.large-push': {
      for: 'P0 §8 git',
      rule: 'Pushes of many megabytes, probe and chunks included',
    },
    'git.pull-requests': {
      for: 'P0 §8 git',
      rule: '`refs/pr/N` are fetched and pushed to; a number that was never given is refused',
    },
    'git.checks': {
      for: 'P0 §8 git',
      rule: 'What is invalid is refused by file and line in `remote:` lines, and no ref moves',
    },
    'git.lfs': {
      for: 'P1 §8 lfs',
      rule: '`git lfs` pushes and fetches large files; a pointer whose object never came is refused',
    },
    'git.rest-same': {
      for: 'P0 §8 git lfs',
      rule: 'Commits of REST and of git are one history, with the same pointers',
    },
  },
};
