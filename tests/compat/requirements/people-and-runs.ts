import type { RequirementGroups } from './requirement.ts';

export const peopleAndRuns: RequirementGroups = {
  'What people type': {
    'accept.whoami': {
      for: 'P0 §18 hf',
      rule: '`hf auth whoami` prints the user and the endpoint',
    },
    'accept.create': {
      for: 'P0 §18 hf',
      rule: '`hf repos create`, and again with `--exist-ok`',
    },
    'accept.propose-file': {
      for: 'P0 §18 hf',
      rule: '`hf upload MODEL FILE .eval_results/FILE --create-pr` by somebody else: an open pull request, and a row on the board',
    },
    'accept.propose-folder': {
      for: 'P0 §18 hf mteb',
      rule: '`hf upload MODEL DIR . --create-pr`: a draft that its first commit opens, and a row on the board',
    },
    'accept.large': {
      for: 'P0 §18 hf python',
      rule: '`hf upload MODEL big.bin` with Xet and without, and from a file object: the same SHA-256 after `hf download`',
    },
    'accept.folders': {
      for: 'P0 §18 python',
      rule: '`upload_folder`, `upload_large_folder` (1.x), `snapshot_download` and a download that goes on where it broke off',
    },
    'accept.file-system': {
      for: 'P1 §16 python datasets lighteval',
      rule: 'Files under `hf://` are written, read in part, found and removed (`HfFileSystem`)',
    },
    'accept.push-dataset': {
      for: 'P0 §18 datasets',
      rule: '`push_to_hub` twice and `load_dataset`; 200 MB of Parquet while the memory of the hub stays flat',
    },
    'accept.load-dataset': {
      for: 'P0 §18 datasets',
      rule: '`load_dataset` of JSON lines, CSV, Parquet, private with a token, and gated: `DatasetNotFoundError`',
    },
    'accept.discussions': {
      for: 'P0 §18 python hf',
      rule: 'Merge, comment, edit, rename, close, reopen, and lists with filters and more than a page',
    },
    'accept.invalid-file': {
      for: 'P0 §18 python',
      rule: '`model_info(expand=["evalResults"])` of an imported repo with a broken result file raises nothing',
    },
    'accept.leaderboard': {
      for: 'P0 §18 python hf',
      rule: '`get_dataset_leaderboard` and `hf datasets leaderboard` give parsed rows',
    },
    'accept.javascript': {
      for: 'P0 §18 js',
      rule: 'Every call of `@huggingface/hub` on repos and files, the empty file and `refs/pr/1` included',
    },
    'accept.git': {
      for: 'P0 §18 git lfs',
      rule: 'Clone at three addresses, push without a name, 20 MB, `HEAD:refs/pr/1`, and `git lfs push`',
    },
    'accept.inspect': {
      for: 'P0 §18 inspect',
      rule: '`inspect eval hf/ORG/BENCH@COMMIT` against `assay mock`: `status: success`, twenty scored samples',
    },
    'accept.jobs': {
      for: 'P1 §18 hf',
      rule: '`hf jobs run … echo hi` and `hf jobs uv run script.py`: logs streamed, exit 0',
    },
    'accept.matrix': {
      for: 'P0 §18 people',
      rule: 'Private, gated and missing repo, missing revision, missing file, for nobody, strangers and owners: status and headers',
    },
  },
  'Discussions and pull requests': {
    'discussions.list': {
      for: 'P0 §9.1 python hf people',
      rule: 'GET `/api/{type}/{id}/discussions` pages by `p` with the count of the filtered, by type, status and author',
    },
    'discussions.create': {
      for: 'P0 §9.2 python hf',
      rule: 'POST `/api/{type}/{id}/discussions` opens a discussion, or a draft of a pull request with its ref',
    },
    'discussions.details': {
      for: 'P0 §9.3 python hf',
      rule: 'GET `/api/{type}/{id}/discussions/{n}` gives events, base, conflicts and, with `diff=1`, the difference',
    },
    'discussions.comment': {
      for: 'P0 §9.4 python hf',
      rule: 'Comments are added, edited by their author, and hidden',
    },
    'discussions.title': {
      for: 'P0 §9.4 python hf',
      rule: 'Titles are changed by author and writers',
    },
    'discussions.status': {
      for: 'P0 §9.4 python hf',
      rule: 'Discussions are closed and reopened by author and writers',
    },
    'discussions.merge': {
      for: 'P0 §9.4 python hf',
      rule: 'Pull requests are merged by writers, without a body too; drafts, conflicts and merged ones are refused with 4xx',
    },
    'discussions.pin': {
      for: 'P2 §9.4 people',
      rule: 'Discussions are pinned by writers',
    },
    'discussions.draft': {
      for: 'P0 §6.4 python hf mteb',
      rule: 'A draft (folder uploads, mteb) opens by its first commit, and its results are on the board from then on',
    },
    'discussions.delete': {
      for: 'P2 §9.4 people',
      rule: 'DELETE `/discussions/{n}` and `/discussions/{n}/ref`',
      absent: true,
    },
  },
  Evaluations: {
    board: {
      for: 'P0 §10.1 python hf people',
      rule: 'GET `/api/datasets/{id}/leaderboard` gives ranks with author, source, file, verification and pull request',
    },
    'board.base-model': {
      for: 'P1 §10.1 python',
      rule: '`base_model=false` adds models that declare a base model',
    },
    'board.missing': {
      for: 'P1 §10.1 python hf',
      rule: 'A dataset without a leaderboard is 404, but not `RepoNotFound`',
    },
    'board.embed': {
      for: 'P1 §10.1 people',
      rule: 'The board as a page that other sites may frame',
    },
    'board.visible': {
      for: 'P0 §10.1 people',
      rule: 'A private model or benchmark shows on no board of those who may not see it',
    },
  },
  'datasets and Inspect': {
    'datasets.load': {
      for: 'P0 §11.1 datasets inspect',
      rule: '`load_dataset` reads JSON lines, CSV and Parquet, plain, streamed and at a commit',
    },
    'datasets.push': {
      for: 'P0 §11.3 datasets',
      rule: '`push_to_hub` writes shards and card in one commit, again and again',
    },
    'datasets.refused': {
      for: 'P0 §11.1 datasets',
      rule: 'Gated, private and missing datasets raise `DatasetNotFoundError`',
    },
    'inspect.eval': {
      for: 'P0 §15.2 inspect',
      rule: '`inspect eval hf/ns/name@commit` reads `eval.yaml` and data from the hub, and runs',
    },
  },
  Jobs: {
    'jobs.run': {
      for: 'P1 §13.1 python hf js',
      rule: 'POST `/api/jobs/{ns}` starts a job; GET `/api/jobs/{ns}/{id}` tells its stage and owner',
    },
    'jobs.list': {
      for: 'P1 §13.2 python hf js',
      rule: 'GET `/api/jobs/{ns}` lists jobs by stage and label',
    },
    'jobs.logs': {
      for: 'P1 §13.2 python hf js',
      rule: 'GET `/api/jobs/{ns}/{id}/logs` streams every line as server-sent events, from the start, and ends with the job',
    },
    'jobs.cancel': {
      for: 'P1 §13.2 python hf',
      rule: 'POST `/api/jobs/{ns}/{id}/cancel`; PUT `/labels`; POST `/duplicate`',
    },
    'jobs.hardware': {
      for: 'P2 §13.2 python hf',
      rule: 'GET `/api/jobs/hardware`',
    },
    'jobs.uv': {
      for: 'P2 §13.3 hf',
      rule: '`hf jobs uv run` of a command and of a script, which travels through a bucket',
    },
    'jobs.scheduled': {
      for: 'P2 §13.2 python hf',
      rule: '`/api/scheduled-jobs/{ns}`: jobs by the clock',
      absent: true,
    },
  },
  'Hooks, likes and requests': {
    webhooks: {
      for: 'P2 §14 python hf',
      rule: '`/api/settings/webhooks`: create, list, change, enable, disable, delete',
    },
    'webhooks.delivery': {
      for: 'P1 §14 people',
      rule: "Deliveries have the Hub's payload and secret, are tried again, and go to no private address",
    },
    'access-requests': {
      for: 'P2 §14 python',
      rule: '`/api/{type}/{id}/user-access-request/…`: ask, list, accept, reject, grant',
    },
    likes: {
      for: 'P2 §14 python',
      rule: 'POST and DELETE `/api/{type}/{id}/like`, GET `/likers` and `/api/users/{user}/likes`',
    },
  },
};
