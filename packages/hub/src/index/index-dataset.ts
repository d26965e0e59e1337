import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { recordErrata } from '../registry/errata.ts';
import type { Cause } from './acts.ts';
import { refreshBestOfDataset } from './best.ts';
import type { BenchmarkRow } from './facts.ts';
import type { IndexedRepo } from './indexed-repo.ts';
import { readBenchmark } from './read-benchmark.ts';
import { lockBoards, refreshRevisions } from './revisions.ts';
import { loadBenchmark, replaceBenchmark, replaceScopes } from './rows.ts';

/** Reads a dataset's registration at main's new head; changed rules change its boards in the same transaction. */
export async function indexDataset(
  ctx: Pick<HubContext, 'git'>,
  tx: Tx,
  repo: IndexedRepo,
  move: { git: GitReader; head: string | null; cause: Cause },
): Promise<void> {
  const { git, head, cause } = move;
  const before = await loadBenchmark(tx, repo.id);
  const read = head === null ? { benchmark: null, invalid: [] } : await readBenchmark(git, repo.id, head);
  await replaceBenchmark(tx, repo.id, read.benchmark);
  await replaceScopes(tx, repo.id, [0], { results: [], invalid: read.invalid });
  await recordErrata(tx, repo, read.benchmark, { id: cause.actorId, name: cause.actorName });
  if (before || read.benchmark) await bindResults(ctx, tx, repo, rulesOf(before) !== rulesOf(read.benchmark));
}

/**
 * Finds anew what the stated revisions of a dataset's results mean, and their places where that or its rules changed.
 * Also for refs other than main: a result may name a commit of any of them.
 */
export async function bindResults(
  ctx: Pick<HubContext, 'git'>,
  tx: Tx,
  repo: IndexedRepo,
  rulesChanged: boolean,
): Promise<void> {
  const key = repo.fullName.toLowerCase();
  await lockBoards(tx, [key], 'alone');
  const editions = () =>
    tx.query('SELECT task_id, stated, edition FROM derived.revisions WHERE dataset_key = $1 ORDER BY 1, 2', [
      key,
    ]);
  const before = JSON.stringify(await editions());
  await refreshRevisions(ctx, tx, 'derived', {
    repoId: repo.id,
    key,
    benchmark: await loadBenchmark(tx, repo.id),
  });
  if (rulesChanged || JSON.stringify(await editions()) !== before)
    await refreshBestOfDataset(tx, 'derived', key);
}

/** What places on boards depend on, as one comparable text. */
function rulesOf(benchmark: BenchmarkRow | null): string {
  const tasks = benchmark?.leaderboard?.tasks ?? [];
  return JSON.stringify(
    tasks.map(({ id, lowerIsBetter, setupClasses, revisions }) => [
      id,
      lowerIsBetter,
      setupClasses ?? null,
      (revisions ?? []).map(({ since }) => since),
    ]),
  );
}
