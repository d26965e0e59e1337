import { GitError } from './git-error.ts';
import type { TreeRow } from './objects.ts';
import { type ReadObjects, readTree } from './tree-walk.ts';

/** One path whose content differs between two commits. Folders are never listed, only what they hold. */
export interface ChangedPath {
  path: string;
  status: 'added' | 'modified' | 'deleted';
  /** Null when added. */
  old: { oid: string; mode: string } | null;
  /** Null when deleted. */
  new: { oid: string; mode: string; type: TreeRow['type'] } | null;
}

/**
 * Files and folders that may differ. Ten trees that name each other ten times stand for ten thousand million paths in
 * one kilobyte, so the walk must end somewhere; honest repos have fewer than 100,000 files.
 */
const maxDiffering = 200_000;

interface Diff {
  changes: ChangedPath[];
  /** Rows that may still be looked at. */
  left: number;
}

/**
 * What differs between two commits; `from` null means "everything in `to`". Equal subtrees are never opened.
 * @throws GitError `too-large` beyond 200,000 files and folders
 */
export async function diffTrees(
  read: ReadObjects,
  from: string | null,
  to: string,
  limit: number = maxDiffering,
): Promise<ChangedPath[]> {
  const diff: Diff = { changes: [], left: limit };
  const before = from === null ? [] : await readTree(read, `${from}^{tree}`);
  await compare(read, { before, after: await readTree(read, `${to}^{tree}`), prefix: '' }, diff);
  return diff.changes;
}

interface Pair {
  before: TreeRow[];
  after: TreeRow[];
  prefix: string;
}

async function compare(read: ReadObjects, pair: Pair, diff: Diff): Promise<void> {
  const before = new Map(pair.before.map((row) => [row.name, row]));
  for (const row of pair.after) {
    const old = before.get(row.name);
    before.delete(row.name);
    if (old && old.oid === row.oid && old.mode === row.mode) continue;
    await compareRow(read, pair.prefix + row.name, { old: old ?? null, new: row }, diff);
  }
  for (const old of before.values()) await compareRow(read, pair.prefix + old.name, { old, new: null }, diff);
}

async function compareRow(
  read: ReadObjects,
  path: string,
  rows: { old: TreeRow | null; new: TreeRow | null },
  diff: Diff,
): Promise<void> {
  diff.left -= 1;
  if (diff.left < 0)
    throw new GitError(
      'too-large',
      'too many files and folders change at once; send them in several commits',
    );
  const oldFile = rows.old && rows.old.type !== 'directory' ? rows.old : null;
  const newFile = rows.new && rows.new.type !== 'directory' ? rows.new : null;
  if (oldFile || newFile) {
    const status = oldFile && newFile ? 'modified' : newFile ? 'added' : 'deleted';
    diff.changes.push({ path, status, old: oldFile, new: newFile });
  }
  const before = rows.old?.type === 'directory' ? await readTree(read, rows.old.oid) : [];
  const after = rows.new?.type === 'directory' ? await readTree(read, rows.new.oid) : [];
  if (before.length > 0 || after.length > 0) await compare(read, { before, after, prefix: `${path}/` }, diff);
}
