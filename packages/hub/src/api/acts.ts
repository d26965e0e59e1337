import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { listModelActs } from '../leaderboards/act-list.ts';
import { requireRepo } from '../repos/require-repo.ts';

/** What was done to a model's results, newest first. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/models/:namespace/:name/acts', async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, 'model', fullName, 'read');
    const limit = queryOf(c.req.raw).integer('limit', { fallback: 200, min: 1, max: 1_000 });
    return c.json({ acts: await listModelActs(ctx, repo, limit) });
  });
}
