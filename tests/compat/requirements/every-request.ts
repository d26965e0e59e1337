import type { RequirementGroups } from './requirement.ts';

export const everyRequest: RequirementGroups = {
  'Every request': {
    'base.self-urls': {
      for: 'P0 §1.1 python hf datasets js',
      rule: "URLs in answers are absolute and name the host and port that the client used, or the public URL, or a trusted proxy's",
    },
    'base.doubled-slashes': {
      for: 'P1 §1.1 datasets',
      rule: 'Slashes doubled in front of a path do not matter, as an endpoint that ends in one causes them',
    },
    'base.repo-url-shape': {
      for: 'P0 §1.1 python hf',
      rule: 'Repo URLs are `{base}/ns/name`, `{base}/datasets/ns/name`, `{base}/spaces/ns/name`; commit URLs add `/commit/SHA`',
    },
    'base.head': {
      for: 'P0 §17 python datasets js',
      rule: 'HEAD answers as GET does, headers and length included, without the body',
    },
    'base.request-id': {
      for: 'P0 §1.4 python hf',
      rule: "`X-Request-Id` on every answer, good or bad; the client's own (`X-Request-Id`, `X-Amzn-Trace-Id`) when it sent one",
    },
    'base.cors': {
      for: 'P1 §1.8 js',
      rule: 'Any page may ask with a token of its own, and read the headers that clients need',
    },
    'base.repeated-keys': {
      for: 'P0 §1.6 python js lighteval',
      rule: '`x` and `x[]` are one query key, repeated or not; booleans are `true`, `True` or `1`',
    },
    'base.dates': {
      for: 'P0 §1.6 python',
      rule: 'Datetimes end in `Z`',
    },
    'base.ids': {
      for: 'P0 §1.6 js python',
      rule: 'Ids are 24 lowercase hex characters',
    },
    'base.chunked': {
      for: 'P0 §1.2 git python',
      rule: 'Bodies without a length (`Transfer-Encoding: chunked`) and compressed by git are read as they come, not held',
    },
    'base.unknown-keys': {
      for: 'P1 §19 python js',
      rule: 'Unknown keys in queries and bodies, unknown `expand` values included, are passed over',
    },
    'base.retry': {
      for: 'P1 §1.4 python',
      rule: 'A permanent refusal is never a 5xx, which clients repeat for a minute; `Retry-After` is a number of seconds',
    },
    'base.casing': {
      for: 'P1 §17 python',
      rule: 'A repo asked for in another case is answered by a 307 to its own name, and no two repos differ by case alone',
    },
  },
  'Access and errors': {
    'auth.bearer': {
      for: 'P0 §1.2 python hf datasets js',
      rule: '`Authorization: Bearer` with a token that begins with `hf_`',
    },
    'auth.basic': {
      for: 'P0 §1.2 git lfs',
      rule: '`Authorization: Basic`, the token as password under any user name, or as user name',
    },
    'auth.bad-token': {
      for: 'P0 §1.3 python hf',
      rule: 'A bad, expired or unknown token is 401 with `X-Error-Message` `Invalid credentials in Authorization header`, whatever is asked',
    },
    'auth.missing-repo': {
      for: 'P0 §1.3 python datasets js',
      rule: 'A repo that is not there, or not to be seen, is `RepoNotFound`, 401 for the anonymous and 404 for others',
    },
    'auth.private': {
      for: 'P0 §1.3 python datasets git',
      rule: 'A private repo answers those without access exactly as one that is not there',
    },
    'auth.gated': {
      for: 'P0 §1.3 python datasets',
      rule: 'Of a gated repo, info, tree and refs stay readable; content is `GatedRepo`, 401 for the anonymous and 403 for others',
    },
    'auth.disabled': {
      for: 'P1 §1.3 python',
      rule: 'Content of a disabled repo is 403 with `X-Error-Message` `Access to this resource is disabled.`',
    },
    'auth.read-token': {
      for: 'P0 §1.3 python hf git',
      rule: 'A token that may only read is refused a write with 403',
    },
    'errors.codes': {
      for: 'P0 §1.4 python datasets',
      rule: '`X-Error-Code` and a one-line ASCII `X-Error-Message` on every error, HEAD included',
    },
    'errors.revision': {
      for: 'P0 §1.3 python datasets js',
      rule: 'An unknown revision is 404 `RevisionNotFound`',
    },
    'errors.entry': {
      for: 'P0 §1.3 python datasets js inspect',
      rule: 'An unknown path in a known revision is 404 `EntryNotFound` with `X-Repo-Commit`',
    },
    'errors.body': {
      for: 'P0 §1.4 python js',
      rule: "An error's body is a JSON object with `error`, and `errors` with a message for each fault of a file",
    },
    'errors.issues': {
      for: 'P1 §15 people python',
      rule: 'A broken `eval.yaml` or result file is refused with file, line, column and remedy, by git and by REST alike',
    },
  },
  'Pages of lists': {
    'pages.link': {
      for: 'P0 §1.5 python js',
      rule: 'The next page is in `Link: <absolute URL>; rel="next"` with every original parameter; the last page has none',
    },
    'pages.array': {
      for: 'P0 §1.5 python js',
      rule: 'Each page is a bare JSON array',
    },
  },
  'Names and revisions': {
    'names.rules': {
      for: 'P0 §1.7 python',
      rule: 'Names have the characters and lengths that clients accept, no others',
    },
    'revisions.spellings': {
      for: 'P0 §1.7 python js datasets',
      rule: 'A revision is a branch, a tag, a full or abbreviated commit, `HEAD`, `refs/pr/N` or `refs/heads/x`',
    },
    'revisions.encoded': {
      for: 'P0 §1.7 python hf datasets',
      rule: 'A revision may be one encoded segment (`refs%2Fpr%2F1`), and a path may be encoded with its slashes (`a%2Fb`)',
    },
    'revisions.raw': {
      for: 'P0 §1.7 js',
      rule: 'A revision may be raw, with its slashes (`refs/pr/1/path`, `feature/x/path`)',
    },
    'revisions.short': {
      for: 'P0 §1.7 inspect',
      rule: 'An abbreviated commit resolves everywhere, as in `hf/ns/name@df154a5`',
    },
  },
  'Noise of every process': {
    'noise.harnesses': {
      for: 'P2 §1.9 python hf',
      rule: 'GET `/api/agent-harnesses` is answered at once',
    },
    'noise.telemetry': {
      for: 'P1 §20.1 python hf',
      rule: 'HEAD `/api/telemetry/{topic}` and POST `/v1/telemetry` (of Xet) are answered at once, and their tokens are not judged',
    },
    'noise.datasets-server': {
      for: 'P1 §11.2 datasets',
      rule: 'What is asked of a `datasets-server.` host is answered 404 at once',
    },
    'noise.unknown': {
      for: 'P1 §2 python hf js',
      rule: 'Every endpoint that is not here is a plain 404 with a JSON body, never a page and never a 5xx',
    },
  },
};
