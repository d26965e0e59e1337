import type { Tx } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { refreshBestOfDataset } from './best.ts';
import type { BenchmarkRow } from './facts.ts';
import type { IndexedRepo } from './indexed-repo.ts';
import { readBenchmark } from './read-benchmark.ts';
import { loadBenchmark, replaceBenchmark, replaceScopes } from './rows.ts';

/** Reads a dataset's registration at main's new head; a turned direction turns its boards in the same transaction. */
export async function indexDataset(
  tx: Tx,
  git: GitReader,
  repo: IndexedRepo,
  head: string | null,
): Promise<void> {
  const before = await loadBenchmark(tx, repo.id);
  const read = head === null ? { benchmark: null, invalid: [] } : await readBenchmark(git, repo.id, head);
  await replaceBenchmark(tx, repo.id, read.benchmark);
  await replaceScopes(tx, repo.id, [0], { results: [], invalid: read.invalid });
  if (lowerIsBetter(before) !== lowerIsBetter(read.benchmark)) {
    await refreshBestOfDataset(tx, 'derived', repo.fullName.toLowerCase());
  }
}

/** The tasks on which lower is better, as one comparable text. */
function lowerIsBetter(benchmark: BenchmarkRow | null): string {
  const tasks = benchmark?.leaderboard?.tasks ?? [];
  return JSON.stringify(tasks.filter((task) => task.lowerIsBetter).map((task) => task.id));
}
