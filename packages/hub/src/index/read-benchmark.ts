import { parseEvalYaml, parseLeaderboardYaml } from '@assay/spec';
import type { GitReader } from '../git/reader.ts';
import type { BenchmarkRow, InvalidRow } from './facts.ts';
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
    leaderboard: board?.ok ? board.value : null,
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
