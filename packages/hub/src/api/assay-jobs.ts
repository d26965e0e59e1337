import { Readable } from 'node:stream';
import { toWireDate } from '@assay/spec';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import { removeUnlessNeeded } from '../blobs/blob-columns.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { noteOutcome } from '../jobs/change-job.ts';
import { deleteEndpoint, listEndpoints, setEndpoint } from '../jobs/endpoints.ts';
import { type EvalJob, findJob, requireJob, requireJobOwner } from '../jobs/job.ts';
import { readLines, startOfTail } from '../jobs/job-lines.ts';
import { acceptsJobToken } from '../jobs/job-token.ts';
import { queuePosition } from '../jobs/list-jobs.ts';
import { readAmount, readCount, readLabels, readSecrets } from '../jobs/read-order.ts';
import { submitEval } from '../jobs/submit-eval.ts';
import { toWireJob } from '../jobs/to-wire-job.ts';

const defaultTimeoutSeconds = 6 * 3600;

/** Evaluations as jobs, and where models are served. Listing, following and cancelling is the Hub's Jobs API. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/jobs/eval', async (c) => {
    const body = await readJsonObject(c.req.raw, 1);
    const asking = requireActor(c.var.actor, 'write');
    const namespace = optionalText(body, 'namespace', 100) ?? asking.name;
    const { actor, owner } = await requireJobOwner(ctx, asking, namespace, 'write');
    const job = await submitEval(ctx, actor, {
      task: requiredText(body, 'task', 500),
      model: requiredText(body, 'model', 300),
      provider: optionalText(body, 'provider', 100),
      modelBaseUrl: optionalText(body, 'modelBaseUrl', 2_000),
      repo: requiredText(body, 'repo', 200),
      ownerId: owner.id,
      secrets: readSecrets(body),
      labels: readLabels(body),
      limit: readCount(body, 'limit'),
      connections: readCount(body, 'connections'),
      maxTokens: readCount(body, 'maxTokens'),
      maxCostUsd: readAmount(body, 'maxCostUsd'),
      timeoutSeconds: readCount(body, 'timeoutSeconds') ?? defaultTimeoutSeconds,
    });
    return c.json(toWireJob(job, await queuePosition(ctx, job), ctx.clock()), 201);
  });

  // What a page shows before it follows: the last lines, and what they are numbered.
  app.get('/api/assay/jobs/:namespace/:id{[0-9a-f]{24}}/lines', async (c) => {
    const job = await requireJob(ctx, c.var.actor, c.req.param());
    const tail = queryOf(c.req.raw).integer('tail', { fallback: 500, min: 1, max: 1_000 });
    const lines = await readLines(ctx.db, job.id, await startOfTail(ctx.db, job.id, tail));
    return c.json({ lines: lines.map(({ n, at, text }) => ({ n, at: toWireDate(at), text })) });
  });
  endpointRoutes(app, ctx);
  logRoutes(app, ctx);
}

function endpointRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/endpoints', async (c) => {
    const actor = requireActor(c.var.actor);
    const endpoints = await listEndpoints(ctx);
    // Addresses may be of a private network: they are the administrators'.
    const shown = endpoints.map(({ name, usdPerMillionTokens, ...rest }) => ({
      name,
      usdPerMillionTokens,
      ...(actor.isAdmin ? rest : {}),
    }));
    return c.json({ endpoints: shown });
  });

  app.put('/api/assay/endpoints/:name', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const endpoint = await setEndpoint(ctx, actor, {
      name: c.req.param('name'),
      baseUrl: requiredText(body, 'baseUrl', 2_000),
      apiKey: optionalText(body, 'apiKey', 10_000),
      usdPerMillionTokens: readAmount(body, 'usdPerMillionTokens'),
    });
    return c.json(endpoint);
  });

  app.delete('/api/assay/endpoints/:name', async (c) => {
    await deleteEndpoint(ctx, requireAdmin(c.var.actor), c.req.param('name'));
    return c.json({});
  });
}

const logPath = '/api/assay/jobs/log/:id{[0-9a-f]{24}}' as const;

/** Logs of jobs, from and for workers that do not share the hub's folder. */
function logRoutes(app: HubApp, ctx: HubContext): void {
  const requireWorker = async (request: Request, id: string): Promise<EvalJob> => {
    const token = request.headers.get('x-assay-job-token') ?? undefined;
    const job = acceptsJobToken(ctx.signingKey, token, id) ? await findJob(ctx.db, id) : null;
    if (job?.kind === 'eval') return job;
    throw new HubError('not-found', 'not found');
  };

  app.put(logPath, async (c) => {
    const job = await requireWorker(c.req.raw, c.req.param('id'));
    const { sha256, size } = await ctx.blobs.put(c.req.raw.body ?? Readable.from([]));
    await noteOutcome(ctx, job.id, { draft: sha256 });
    // The draft before is nobody's any more, unless it was the same.
    const { draft } = job.outcome;
    if (draft && draft !== sha256) await removeUnlessNeeded(ctx, draft);
    return c.json({ digest: sha256, size });
  });

  app.get(logPath, async (c) => {
    const { outcome } = await requireWorker(c.req.raw, c.req.param('id'));
    if (!outcome.draft) throw new HubError('not-found', 'no log was sent yet');
    return c.body(Readable.toWeb(await ctx.blobs.open(outcome.draft)) as ReadableStream, 200, {
      'content-type': 'application/octet-stream',
    });
  });
}
