import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';

/** How much there is, as far as the reader may see: benchmarks, models with results, results that are not closed. */
export async function countAll(ctx: HubContext, actor: Actor | null) {
  const visible = `r.deleted_at IS NULL AND ${visibleReposSql(actor, 1)}`;
  return ctx.db.one<{ benchmarks: number; models: number; results: number }>(
    `SELECT
       (SELECT count(*)::int FROM derived.benchmarks b JOIN record.repos r ON r.id = b.repo_id WHERE ${visible})
         AS benchmarks,
       count(*)::int AS models, coalesce(sum(t.n), 0)::int AS results
     FROM (SELECT repo_id, count(*) AS n FROM derived.results WHERE standing <> 'closed' GROUP BY repo_id) t
     JOIN record.repos r ON r.id = t.repo_id WHERE ${visible}`,
    [actor?.id ?? null],
  );
}
