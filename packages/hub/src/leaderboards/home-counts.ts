import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { allDatasets } from '../index/counts.ts';

/** How much there is, as far as the reader may see: benchmarks, models with results, results that are not closed. */
export async function countAll(ctx: HubContext, actor: Actor | null) {
  const visible = `r.deleted_at IS NULL AND ${visibleReposSql(actor, 1)}`;
  return ctx.db.one<{ benchmarks: number; models: number; results: number }>(
    `SELECT
       (SELECT count(*)::int FROM derived.benchmarks b JOIN record.repos r ON r.id = b.repo_id WHERE ${visible})
         AS benchmarks,
       n.models::int AS models, n.results::int AS results FROM (${countsSql(actor, 1, `'${allDatasets}'`)}) n`,
    [actor?.id ?? null],
  );
}

/**
 * SQL for one row, `models` and `results`: what stands on the boards of the dataset whose key the expression names, as far
 * as the reader may see. The public part is kept counted; private models are counted for those who may see some.
 */
export function countsSql(actor: Actor | null, actorParam: number, key: string): string {
  const kept = `SELECT c.models, c.results FROM derived.counts c WHERE c.dataset_key = ${key}`;
  const own = `SELECT 1, count(*) FROM record.repos m JOIN derived.results t ON t.repo_id = m.id
    WHERE m.private AND m.deleted_at IS NULL AND ${visibleReposSql(actor, actorParam, 'm')}
      AND t.standing <> 'closed' AND ${key} IN ('${allDatasets}', t.dataset_key)
    GROUP BY m.id`;
  return `SELECT coalesce(sum(s.models), 0)::int AS models, coalesce(sum(s.results), 0)::int AS results
    FROM (${actor ? `${kept} UNION ALL ${own}` : kept}) s`;
}
