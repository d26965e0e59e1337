import type { RequirementGroups } from './requirement.ts';

export const accountsAndRepos: RequirementGroups = {
  Accounts: {
    whoami: {
      for: 'P0 §3.1 python hf js lighteval mteb',
      rule: 'GET `/api/whoami-v2` tells name, organisations with roles, and the token with its role',
    },
    'login.device': {
      for: 'P1 §3.2 hf',
      rule: 'POST `/oauth/device` and `/oauth/token` (device flow, RFC 8628) log a terminal in without a token',
    },
    'login.refresh': {
      for: 'P1 §3.2 hf',
      rule: 'POST `/oauth/token` with a refresh token gives another access token',
    },
    'login.oauth': {
      for: 'P2 §3.2 js python',
      rule: 'GET `/.well-known/openid-configuration`, `/oauth/authorize` and `/oauth/userinfo` log a web page in',
    },
    'users.overview': {
      for: 'P2 §14 python hf',
      rule: 'GET `/api/users/{user}/overview` and `/api/organizations/{org}/overview`',
    },
    'users.members': {
      for: 'P2 §14 python hf',
      rule: 'GET `/api/organizations/{org}/members` and followers',
    },
  },
  Repos: {
    'repos.create': {
      for: 'P0 §3.3 python hf datasets js lighteval',
      rule: 'POST `/api/repos/create` makes a repo with a first commit; `private` and `visibility` are both understood',
    },
    'repos.create.files': {
      for: 'P1 §3.3 js',
      rule: '`files` of a new repo are part of its first commit',
    },
    'repos.create.exists': {
      for: 'P0 §3.3 python hf',
      rule: 'A name that is taken is 409 with `url` in the body, also for those who may not write there; `exist_ok` succeeds',
    },
    'repos.create.forbidden': {
      for: 'P0 §3.3 python hf',
      rule: "A new repo under a name that is not one's own is 403",
    },
    'repos.delete': {
      for: 'P0 §3.3 python hf js',
      rule: 'DELETE `/api/repos/delete` with a JSON body; a repo that is not there is 404 `RepoNotFound`',
    },
    'repos.move': {
      for: 'P1 §3.3 python hf',
      rule: 'POST `/api/repos/move` renames a repo; its old addresses redirect with 307, REST, files and git',
    },
    'repos.settings': {
      for: 'P1 §3.3 python hf',
      rule: 'PUT `/api/{type}/{id}/settings` changes only what is sent',
    },
    'repos.auth-check': {
      for: 'P2 §3.3 python',
      rule: 'GET `/api/{type}/{id}/auth-check` and `/auth-check/write` say whether the caller may',
    },
    'repos.own': {
      for: 'P2 §3.3 hf',
      rule: 'GET `/api/settings/repositories` and `/api/organizations/{org}/settings/repositories`, which `hf repos ls` reads',
    },
    'repos.duplicate': {
      for: 'P2 §3.3 python hf',
      rule: 'POST `/api/{type}/{id}/duplicate` copies a repo',
    },
  },
  'Info and lists': {
    info: {
      for: 'P0 §3.4 python hf datasets js',
      rule: 'GET `/api/{type}/{id}` tells ids, `sha`, card, tags, files, dates and counts',
    },
    'info.revision': {
      for: 'P0 §3.4 python hf datasets js',
      rule: 'GET `/api/{type}/{id}/revision/{rev}` tells the same of a revision, `HEAD` and pull requests included',
    },
    'info.blobs': {
      for: 'P1 §3.4 python',
      rule: "`blobs=true` adds size, oid and LFS facts of each file; `securityStatus=true` adds the scan's state",
    },
    'info.expand': {
      for: 'P0 §3.4 python js',
      rule: 'With `expand` the answer has `_id`, `id` and what is asked',
    },
    'info.eval-results': {
      for: 'P0 §10.2 python people',
      rule: "`expand=evalResults` gives every result of a model in the Hub's form, and nothing that a client cannot read",
    },
    'info.providers': {
      for: 'P2 §12 python lighteval',
      rule: '`expand=inferenceProviderMapping` gives who serves a model, `{}` when nobody is known',
    },
    'info.downloads': {
      for: 'P2 §1.2 python js',
      rule: 'Downloads (`X-HF-Download-Counter`) are counted, and told in info and lists',
    },
    lists: {
      for: 'P0 §3.5 python hf js',
      rule: 'GET `/api/models`, `/api/datasets`, `/api/spaces` filter by search, author, tags, gating and size, sort and page',
    },
    'lists.benchmarks': {
      for: 'P0 §3.5 python people',
      rule: '`filter=benchmark:official` lists the official benchmarks',
    },
    'lists.full': {
      for: 'P1 §3.5 python',
      rule: '`full=true` and `cardData=true` add files, sha and card to rows',
    },
    'lists.expand': {
      for: 'P1 §3.5 python js',
      rule: '`expand` works on lists, `evalResults` included',
    },
    'lists.tags': {
      for: 'P2 §3.5 python',
      rule: 'GET `/api/models-tags-by-type` and `/api/datasets-tags-by-type`',
    },
  },
};
