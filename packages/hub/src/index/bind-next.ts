import type { HubContext } from '../context.ts';
import type { SmallFiles } from '../git/small-files.ts';
import { keepRevisions, unlessUnreadable } from './keep-known.ts';
import { type Bound, type BoundBenchmark, bindBenchmark, insertRevisions, type Stated } from './revisions.ts';

type Benchmark = Omit<BoundBenchmark, 'benchmark'> & NonNullable<BoundBenchmark['benchmark']>;

/** Benchmarks that are held at once. */
const pageSize = 500;

/**
 * Finds what the revisions mean that results of the scratch schema state, once all results are there.
 * @param unreadable repos of which the live index knows more than git can say
 */
export async function bindNext(ctx: HubContext, files: SmallFiles, unreadable: Set<string>): Promise<void> {
  const stated = await ctx.db.query<Stated & { dataset_key: string }>(
    `SELECT DISTINCT dataset_key, task_id, revision AS stated FROM derived_next.results WHERE revision IS NOT NULL`,
  );
  const statedOf = Map.groupBy(stated, ({ dataset_key }) => dataset_key);
  for (let after = ''; ; ) {
    const page = await ctx.db.query<Benchmark>(
      `SELECT p.id AS "repoId", lower(p.namespace || '/' || p.name) AS key, b.commit_oid, b.leaderboard, b.tasks
       FROM derived_next.benchmarks b JOIN record.repos p ON p.id = b.repo_id
       WHERE p.deleted_at IS NULL AND p.id > $1 ORDER BY p.id LIMIT ${pageSize}`,
      [after],
    );
    const bound: Bound[] = [];
    for (const benchmark of page) {
      const { key, repoId } = benchmark;
      const question = { key, benchmark, stated: statedOf.get(key) ?? [] };
      const found = unreadable.has(repoId)
        ? null
        : await unlessUnreadable(ctx, repoId, () => bindBenchmark(ctx.git.reader(repoId, files), question));
      if (found) bound.push(...found);
      else await keepRevisions(ctx.db, key);
    }
    await insertRevisions(ctx.db, 'derived_next', bound);
    if (page.length < pageSize) return;
    after = page.at(-1)!.repoId;
  }
}
