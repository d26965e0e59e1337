import { readCommit } from './history.ts';
import { diffTrees } from './tree-diff.ts';
import type { ReadObjects } from './tree-walk.ts';

/** Commits, and files and folders of each that may differ, up to which a push is walked here: git walks longer ones faster. */
const maxCommits = 16;
const maxDiffering = 200;

/**
 * Whether all that `tips` bring beyond the `known` commits is there, and no blob of it has `blobLimit` bytes or more. Each
 * commit is compared with its first parent, which is known itself or walked as well. False: it may be so or not, git must
 * say; so it is for long histories, tags, and whatever is missing or large.
 */
export async function isCompleteNearby(
  read: ReadObjects,
  history: { tips: string[]; known: Iterable<string>; blobLimit: number },
): Promise<boolean> {
  const seen = new Set(history.known);
  const queue = history.tips.filter((tip) => !seen.has(tip));
  try {
    for (let steps = 0; queue.length > 0; steps += 1) {
      if (steps === maxCommits) return false;
      const tip = queue.pop()!;
      if (seen.has(tip)) continue;
      seen.add(tip);
      const { oid, parents } = await readCommit(read(), tip);
      if (oid !== tip) return false;
      const changes = await diffTrees(read, parents[0] ?? null, oid, maxDiffering);
      for (const { new: now } of changes)
        if (now && now.type !== 'submodule' && !(await isSmallBlob(read, now.oid, history.blobLimit)))
          return false;
      queue.push(...parents.filter((parent) => !seen.has(parent)));
    }
    return true;
  } catch {
    return false; // git says what is wrong
  }
}

async function isSmallBlob(read: ReadObjects, oid: string, limit: number): Promise<boolean> {
  const info = await read().info(oid);
  return info?.type === 'blob' && info.size < limit;
}
