import type { RepoType } from '@assay/spec';

/** What the index needs to know of a repo. */
export interface IndexedRepo {
  id: string;
  type: RepoType;
  /** `ns/name` */
  fullName: string;
}
