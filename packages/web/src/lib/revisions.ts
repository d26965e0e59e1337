import { isCommitId, pullRequestOfRef } from '@assay/spec';

/** A revision as readers know it: a commit cut to seven digits, a pull request by number. */
export function toShortRevision(revision: string): string {
  if (isCommitId(revision)) return revision.slice(0, 7);
  const pull = pullRequestOfRef(revision);
  return pull ? `pull request #${pull}` : revision;
}
