import type { Context } from 'hono';
import { accessOf } from '../auth/access.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';
import { knownFrameworks } from '../leaderboards/describe.ts';
import { findBenchmark } from '../leaderboards/find-benchmark.ts';
import { type ApplicationState, listApplications } from '../registry/applications.ts';
import { applyForOfficial } from '../registry/apply.ts';
import { listBenchmarkActs } from '../registry/benchmark-acts.ts';
import { decideStanding } from '../registry/decide.ts';
import { isMaintainer, requireMaintainer } from '../registry/maintainers.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';

export const standings = ['candidate', 'official', 'declined', 'retired'] as const;
const states = ['open', 'decided', 'withdrawn'] as const;
const maxText = 65_536;
const maxReason = 10_000;

/** Applications for `benchmark:official`, and the decisions about them. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/registry', async (c) => {
    const query = queryOf(c.req.raw);
    const { applications, next } = await listApplications(ctx, c.var.actor, {
      state: stateOf(query.get('state')),
      limit: query.integer('limit', { fallback: 50, min: 1, max: 200 }),
      after: fromCursor(query.get('cursor'), { at: '', id: '' }),
    });
    const mayDecide = await isMaintainer(ctx, c.var.actor);
    return c.json({ applications, mayDecide, ...(next && { next: toCursor(next) }) });
  });

  app.get('/api/assay/frameworks', (c) => c.json({ frameworks: knownFrameworks(ctx) }));

  const path = '/api/assay/benchmarks/:namespace/:name';

  app.get(`${path}/registration`, async (c) => {
    const { actor } = c.var;
    const repo = await repoOf(ctx, c, 'read');
    const benchmark = await findBenchmark(ctx, repo);
    const { applications } = await listApplications(ctx, actor, { repoId: repo.id, limit: 50, after: null });
    const { write, discuss } = await accessOf(ctx, actor, repo);
    const open = applications.find(({ state }) => state === 'open');
    return c.json({
      standing: benchmark?.standing ?? null,
      applications,
      acts: await listBenchmarkActs(ctx.db, repo.id),
      mayApply: benchmark !== null && benchmark.standing !== 'official' && !open && write && discuss,
      mayDecide: await isMaintainer(ctx, actor),
    });
  });

  app.post(`${path}/application`, async (c) => {
    const repo = await repoOf(ctx, c, 'write');
    if (!(await accessOf(ctx, c.var.actor, repo)).discuss)
      throw new HubError(
        'forbidden',
        `discussions of ${repo.fullName} are turned off; an application is one`,
      );
    const actor = requireActor(c.var.actor);
    const text = requiredText(await readJsonObject(c.req.raw, 1), 'text', maxText);
    const num = await applyForOfficial(ctx, { repo, actor, text });
    const url = `${baseUrl(ctx, c.req.raw)}/datasets/${repo.fullName}/discussions/${num}`;
    return c.json({ num, url }, 201);
  });

  app.put(`${path}/standing`, async (c) => {
    const actor = await requireMaintainer(ctx, c.var.actor);
    const repo = await repoOf(ctx, c, 'read');
    const body = await readJsonObject(c.req.raw, 1);
    const standing = optionalWord(body, 'standing', standings);
    if (!standing) throw new HubError('invalid-input', `"standing" must be one of ${standings.join(', ')}`);
    const reason = optionalText(body, 'reason', maxReason) ?? '';
    await decideStanding(ctx, actor, repo, { standing, reason });
    return c.json({ standing, reason });
  });
}

function repoOf(ctx: HubContext, c: Context<HubEnv>, need: 'read' | 'write'): Promise<Repo> {
  return requireRepo(ctx, c.var.actor, 'dataset', `${c.req.param('namespace')}/${c.req.param('name')}`, need);
}

function stateOf(text: string | undefined): ApplicationState | undefined {
  const found = states.find((word) => word === text);
  if (text && !found) throw new HubError('invalid-input', `state must be one of ${states.join(', ')}`);
  return found;
}
