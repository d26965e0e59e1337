import { CodedError } from '@assay/spec';

/** Everything the git room refuses or cannot do. `http/error-map.ts` and the push report translate it. */
export type GitErrorCode =
  | 'git-failed' // git exited with an error we did not expect
  | 'bad-pack' // a pack that is cut off, corrupt or breaks git's own object rules
  | 'too-large' // a pack, line or object beyond its limit
  | 'disconnected' // history that leads to objects nobody sent
  | 'object-missing' // an oid that is not in the repo
  | 'path-missing' // a path that is not in the commit
  | 'bad-path' // a path no repo of ours may hold
  | 'stale-objects' // made on objects that were taken out of the repo since
  | 'stale-ref' // a ref that does not have the value it was said to have
  | 'nothing-to-commit'; // operations that ended before they began

export class GitError extends CodedError<GitErrorCode> {}
