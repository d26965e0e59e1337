import {
  type EditionStart,
  type LeaderboardTask,
  parseEvalYaml,
  parseLeaderboardYaml,
  parseNotes,
  setupClass,
} from '@assay/spec';
import type { GitReader } from '../git/reader.ts';
import type { BenchmarkRow, BoardTask, InvalidRow } from './facts.ts';
import { toStorable } from './storable.ts';

/** Larger ones are no registration; receive refuses them, a mirrored history may hold one. */
const maxBytes = 1024 * 1024;

export interface BenchmarkRead {
  benchmark: BenchmarkRow | null;
  invalid: InvalidRow[];
}

/** A dataset's registration as it stands at a commit of main. */
export async function readBenchmark(git: GitReader, repoId: string, commit: string): Promise<BenchmarkRead> {
  const text = await textAt(git, commit, 'eval.yaml');
  if (text === null) return { benchmark: null, invalid: [] };
  const parsed = parseEvalYaml(text);
  if (!parsed.ok) {
    const row = { repo_id: repoId, scope: 0, filename: 'eval.yaml', issues: parsed.issues };
    return { benchmark: null, invalid: [row] };
  }
  const boardText = await textAt(git, commit, 'leaderboard.yaml');
  const board = boardText === null ? null : parseLeaderboardYaml(boardText);
  const benchmark: BenchmarkRow = toStorable({
    repo_id: repoId,
    commit_oid: commit,
    name: parsed.value.name ?? '',
    description: parsed.value.description ?? '',
    framework: parsed.value.evaluationFramework ?? '',
    tasks: parsed.value.tasks,
    leaderboard: board?.ok
      ? { tasks: await Promise.all(board.value.tasks.map((task) => toRules(git, task))) }
      : null,
  });
  const invalid =
    board && !board.ok
      ? [{ repo_id: repoId, scope: 0, filename: 'leaderboard.yaml', issues: board.issues }]
      : [];
  return { benchmark, invalid };
}

/** A small text file of a commit; null when there is none of that name. */
export async function textAt(git: GitReader, commit: string, path: string): Promise<string | null> {
  const entry = await git.entry(commit, path);
  if (entry?.type !== 'file') return null;
  const bytes = await git.blob(entry.oid);
  return bytes.length > maxBytes ? null : bytes.toString('utf8');
}

/** What a task's notes and commits mean. An edition that begins with no commit of this repo begins never, and is left out. */
async function toRules(git: GitReader, task: LeaderboardTask): Promise<BoardTask> {
  const { setups, revisions, ...rest } = task;
  const editions: EditionStart[] = [];
  for (const edition of revisions ?? []) {
    const since = await git.resolve(edition.since);
    if (since !== null) editions.push({ ...edition, since });
  }
  return {
    ...rest,
    ...(setups && { setups, setupClasses: setups.map((notes) => setupClass(parseNotes(notes).setup)) }),
    ...(editions.length > 0 && { revisions: editions }),
  };
}
