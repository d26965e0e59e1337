import type { ObjectSource } from './cat-file.ts';
import { isOid, isRefName } from './ref-names.ts';

/** Shortest abbreviation of a commit's oid that is looked up; git's own minimum. */
const shortest = 4;

/**
 * The commit a revision names: HEAD, a full ref, a branch, a tag (peeled), a full or abbreviated oid, in this order
 * of preference. Null when there is none, or when an abbreviation fits several.
 */
export async function findCommit(cat: ObjectSource, revision: string): Promise<string | null> {
  for (const name of candidates(revision)) {
    const found = await cat.info(`${name}^{commit}`);
    if (found?.type === 'commit') return found.oid;
  }
  return null;
}

function candidates(revision: string): string[] {
  if (revision === 'HEAD') return ['HEAD'];
  if (isOid(revision)) return [revision];
  if (!isRefName(revision)) return [];
  if (revision.startsWith('refs/')) return [revision];
  const names = [`refs/heads/${revision}`, `refs/tags/${revision}`];
  if (revision.length >= shortest && /^[0-9a-f]+$/.test(revision)) names.push(revision);
  return names;
}
