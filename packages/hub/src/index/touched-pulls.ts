import type { GitReader } from '../git/reader.ts';
import type { RefRow } from './facts.ts';

/** Commits that main gains up to which it is asked who else has them; beyond that every merge base is found anew. */
const maxGained = 500;
/** The same for a row of commits that can be read one by one. */
const maxRow = 32;
/** Of the commits gained, those that no other of them leads to: more are not asked for at once. */
const maxLowest = 50;

/**
 * The pull requests that may have left main elsewhere than before, now that it has moved: those that hold a commit which
 * main has gained. All others share with it what they shared before, so their merge bases stay; a repo with a thousand
 * pull requests must not find a thousand of them for each push. Null: any may, as main was set back or gained much.
 * @param git reads by oid; `refs` knows the repo's refs
 */
export async function findTouchedPulls(
  { git, refs }: { git: GitReader; refs: GitReader },
  main: { was: string; is: string },
  pulls: RefRow[],
): Promise<Set<string> | null> {
  // Whoever holds a commit of a row that begins at the old head holds that head, and had it as merge base.
  if (await isRow(git, main))
    return new Set(pulls.filter(({ base_oid }) => base_oid === main.was).map(({ ref }) => ref));
  const gained = await git.log(main.is, { not: [main.was], limit: maxGained });
  const oids = new Set(gained.map(({ oid }) => oid));
  const isForward = gained.some(({ parents }) => parents.includes(main.was));
  const lowest = gained.filter(({ parents }) => !parents.some((oid) => oids.has(oid)));
  if (!isForward || gained.length === maxGained || lowest.length > maxLowest) return null;
  return new Set(await refs.refsWith(lowest.map(({ oid }) => oid)));
}

/** Whether the old head is reached from the new one by a few commits, each with one parent. */
async function isRow(git: GitReader, { was, is }: { was: string; is: string }): Promise<boolean> {
  let at = is;
  for (let steps = 0; steps < maxRow; steps += 1) {
    if (at === was) return true;
    const { parents } = await git.commit(at);
    if (parents.length !== 1) return false;
    at = parents[0]!;
  }
  return false;
}
