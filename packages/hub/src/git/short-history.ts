import { readCommit } from './history.ts';
import type { CommitInfo } from './objects.ts';
import { type ReadObjects, readTree } from './tree-walk.ts';

/** Commits up to which a history is walked here; beyond that a process of git is cheaper. */
const maxCommits = 32;

/**
 * As `git log` finds it, newest first: the commit that last changed each file directly inside a folder. A merge changed
 * what differs from all its parents. Null for longer histories.
 */
export async function lastChangesNearby(
  read: ReadObjects,
  head: string,
  folder: string,
  names: Iterable<string>,
): Promise<Map<string, string> | null> {
  const wanted = new Set(names);
  const found = new Map<string, string>();
  const filesAt = createFolderReader(read, folder);
  const queue = [await readCommit(read(), head)];
  const seen = new Set([head]);
  for (let steps = 0; wanted.size > 0; steps += 1) {
    const commit = queue.shift();
    if (!commit) return found;
    if (steps === maxCommits) return null;
    const parents = await Promise.all(commit.parents.map((oid) => readCommit(read(), oid)));
    const before = await Promise.all(parents.map(filesAt));
    const now = await filesAt(commit);
    for (const name of wanted) {
      if (parents.length === 0 ? !now.has(name) : before.some((files) => files.get(name) === now.get(name)))
        continue;
      wanted.delete(name);
      found.set(name, commit.oid);
    }
    for (const parent of parents) {
      if (seen.has(parent.oid)) continue;
      seen.add(parent.oid);
      insertByDate(queue, parent);
    }
  }
  return found;
}

/** Newest first; of two of one second, the one met first. */
function insertByDate(queue: CommitInfo[], commit: CommitInfo): void {
  const at = queue.findIndex((other) => other.committer.date < commit.committer.date);
  queue.splice(at < 0 ? queue.length : at, 0, commit);
}

function createFolderReader(read: ReadObjects, folder: string) {
  const folders = new Map<string, Promise<Map<string, string>>>();
  const readFolder = async (tree: string) => {
    const row = (await readTree(read, tree)).find(({ name }) => name === folder);
    if (row?.type !== 'directory') return new Map<string, string>();
    return new Map((await readTree(read, row.oid)).map((file) => [file.name, `${file.mode} ${file.oid}`]));
  };
  return ({ tree }: CommitInfo): Promise<Map<string, string>> => {
    const known = folders.get(tree) ?? readFolder(tree);
    folders.set(tree, known);
    return known;
  };
}

/**
 * The best common ancestor of two commits whose histories, down to it, have no merges: there it is the first commit of one
 * that the other has too. `unknown`: a merge lies in between, or more than a few commits.
 */
export async function mergeBaseNearby(
  read: ReadObjects,
  a: string,
  b: string,
): Promise<{ base: string } | 'unknown'> {
  const [left, right] = [new Set([a]), new Set([b])];
  let [atLeft, atRight]: [string | undefined, string | undefined] = [a, b];
  const step = async (oid: string | undefined) => {
    if (oid === undefined) return undefined;
    const { parents } = await readCommit(read(), oid);
    return parents.length > 1 ? 'merge' : parents[0];
  };
  if (a === b) return { base: a };
  for (let steps = 0; steps < maxCommits && (atLeft || atRight); steps += 1) {
    [atLeft, atRight] = await Promise.all([step(atLeft), step(atRight)]);
    if (atLeft === 'merge' || atRight === 'merge') return 'unknown';
    if (atLeft) left.add(atLeft);
    if (atRight) right.add(atRight);
    if (atLeft && right.has(atLeft)) return { base: atLeft };
    if (atRight && left.has(atRight)) return { base: atRight };
  }
  return 'unknown';
}
