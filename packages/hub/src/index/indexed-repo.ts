import type { RepoType } from '@assay/spec';
import type { GitReader } from '../git/reader.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import type { Cause } from './acts.ts';

/** What the index needs to know of a repo. */
export interface IndexedRepo {
  id: string;
  type: RepoType;
  /** `ns/name` */
  fullName: string;
}

/** Refs of a repo that move, for the index. */
export interface IndexedMove {
  repo: IndexedRepo;
  /** Reads the repo's objects by oid, those that come with the move too. */
  git: GitReader;
  updates: RefUpdate[];
  cause: Cause;
}
