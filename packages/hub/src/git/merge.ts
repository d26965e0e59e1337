import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { type Signature, writeTreeCommit } from './signed-objects.ts';

export interface MergeRequest extends Signature {
  /** Commit merged into: the first parent. */
  base: string;
  /** Commit merged: the second parent. */
  head: string;
}

export type MergeOutcome = { ok: true; oid: string } | { ok: false; conflicts: string[] };

/** Merges without a working tree. Conflicts, the paths git could not join, are an answer and no error. */
export async function writeMerge(
  runner: GitRunner,
  dir: string,
  request: MergeRequest,
): Promise<MergeOutcome> {
  const merged = await mergeTrees(runner, dir, request.base, request.head);
  if (!merged.ok) return merged;
  const parents = [request.base, request.head];
  return { ok: true, oid: await writeTreeCommit(runner, dir, { ...request, tree: merged.tree, parents }) };
}

export type TreeMerge = { ok: true; tree: string } | { ok: false; conflicts: string[] };

/** The merged tree of two commits, or the paths in conflict. Writes tree objects into `dir`. */
export async function mergeTrees(
  runner: GitRunner,
  dir: string,
  base: string,
  head: string,
): Promise<TreeMerge> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head];
  const { code, stdout, stderr } = await runner.run({ dir, args, accept: [0, 1, 128] });
  const [tree = '', ...names] = stdout.toString('utf8').split('\0').filter(Boolean);
  if (code === 0) return { ok: true, tree: tree.trim() };
  if (code === 1) return { ok: false, conflicts: [...new Set(names)] };
  if (/unrelated histories/.test(stderr)) return { ok: false, conflicts: [] };
  throw new GitError('git-failed', `git merge-tree: ${stderr.trim().slice(0, 500)}`);
}
