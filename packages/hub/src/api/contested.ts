import type { Actor } from '../auth/actor.ts';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import { listHidden } from '../contested/list-hidden.ts';
import { toModelSuppression } from '../contested/model-suppression.ts';
import { redactResult } from '../contested/redact.ts';
import { replyTo } from '../contested/reply.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { readJsonObject, requiredText } from '../http/request-body.ts';
import { readableActsSql } from '../index/published-acts.ts';
import { requireBenchmark, taskOf } from '../leaderboards/find-benchmark.ts';
import { listModelResults } from '../leaderboards/results.ts';
import { toResultRow } from '../leaderboards/to-result-row.ts';
import { requireRepo } from '../repos/require-repo.ts';

const maxText = 4_000;
/** Figures are counted over so many hidden results of a model at most, the newest. */
const mostHidden = 5_000;

/** Results that are off the boards: what was taken away, by whom and why, and the right of reply. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/models/:namespace/:name/record', async (c) => {
    const { actor } = c.var;
    const name = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const shown = await shownResults(ctx, actor, name);
    const repoIds = await findRecorded(ctx, actor, name, shown?.repoId);
    if (!shown && repoIds.length === 0)
      throw new HubError('repo-not-found', `model ${name} does not exist, or you may not see it`);
    const { hidden, next } = await listHidden(ctx, actor, { repoIds }, { limit: mostHidden });
    const suppression = toModelSuppression(shown?.results ?? [], hidden);
    return c.json({ model: name, here: shown !== null, hidden, suppression, complete: next === null });
  });

  app.get('/api/assay/benchmarks/:namespace/:name/contested', async (c) => {
    const { actor } = c.var;
    const name = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, actor, 'dataset', name, 'read');
    const query = queryOf(c.req.raw);
    const taskId = taskOf(await requireBenchmark(ctx, repo), query.get('task'));
    const page = {
      limit: query.integer('limit', { fallback: 50, min: 1, max: 500 }),
      before: fromCursor(query.get('cursor'), { before: 0 })?.before ?? null,
    };
    const { hidden, next } = await listHidden(ctx, actor, { dataset: repo.fullName, taskId }, page);
    return c.json({ task: taskId, hidden, ...(next !== null && { next: toCursor({ before: next }) }) });
  });

  app.post('/api/assay/results/:id/reply', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    await replyTo(ctx, actor, c.req.param('id'), requiredText(body, 'text', maxText));
    return c.json({ replied: true }, 201);
  });

  app.post('/api/assay/results/:id/redact', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const told = await redactResult(ctx, actor, c.req.param('id'), requiredText(body, 'reason', maxText));
    return c.json({ redacted: true, ...told });
  });
}

async function shownResults(ctx: HubContext, actor: Actor | null, name: string) {
  try {
    const repo = await requireRepo(ctx, actor, 'model', name, 'read');
    const results = (await listModelResults(ctx, actor, repo)).map(toResultRow);
    return { repoId: repo.id, results: results.filter(({ standing }) => standing !== 'closed') };
  } catch (error) {
    if (error instanceof HubError && error.code === 'repo-not-found') return null;
    throw error;
  }
}

/** Repos whose results were public under this name, and the one that has it now. */
async function findRecorded(
  ctx: HubContext,
  actor: Actor | null,
  name: string,
  repoId: string | undefined,
): Promise<string[]> {
  const rows = await ctx.db.query<{ id: string }>(
    `SELECT DISTINCT a.repo_id AS id FROM record.acts a JOIN record.repos r ON r.id = a.repo_id
     WHERE lower(a.repo_name) = lower($2) AND ${readableActsSql(actor, 1)}`,
    [actor?.id ?? null, name],
  );
  return [...new Set([...rows.map(({ id }) => id), ...(repoId === undefined ? [] : [repoId])])];
}
