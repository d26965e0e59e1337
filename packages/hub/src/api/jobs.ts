import { toWireDate } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { keepAlive, toEvent, toEventStream } from '../http/event-stream.ts';
import { queryOf } from '../http/query.ts';
import { readJsonObject } from '../http/request-body.ts';
import { cancelJob } from '../jobs/change-job.ts';
import { duplicateJob } from '../jobs/duplicate-job.ts';
import { listFlavors, toWireFlavor } from '../jobs/hardware.ts';
import { findJob, type Job, jobStages, requireJob, requireJobOwner } from '../jobs/job.ts';
import { startOfTail } from '../jobs/job-lines.ts';
import { followJob } from '../jobs/job-stream.ts';
import { listJobs, queuePosition } from '../jobs/list-jobs.ts';
import { readCommandOrder, readLabels } from '../jobs/read-order.ts';
import { submitCommand } from '../jobs/submit-command.ts';
import { toWireJob, type WireJob } from '../jobs/to-wire-job.ts';
import { nextPage } from './next-page.ts';

const one = '/api/jobs/:namespace/:id{[0-9a-f]{24}}' as const;

/** The Hub's Jobs. What they list, show, follow and cancel are evaluations as well as commands. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/jobs/hardware', (c) => c.json(listFlavors(ctx.config).map(toWireFlavor)));

  app.post('/api/jobs/:namespace', async (c) => {
    const { actor, owner } = await requireJobOwner(ctx, c.var.actor, c.req.param('namespace'), 'write');
    const order = readCommandOrder(await readJsonObject(c.req.raw, 2));
    return c.json(await show(ctx, await submitCommand(ctx, actor, owner.id, order)));
  });

  app.get('/api/jobs/:namespace', async (c) => {
    const { owner } = await requireJobOwner(ctx, c.var.actor, c.req.param('namespace'), 'read');
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: 50, min: 1, max: 500 });
    const found = await listJobs(ctx, {
      ownerId: owner.id,
      stages: jobStages.filter((stage) => query.all('stage').includes(stage)),
      labels: query.all('label').map(toLabel),
      limit,
      before: fromCursor(query.get('cursor'), { seq: 0 })?.seq,
    });
    const page = found.slice(0, limit);
    const jobs = await Promise.all(page.map((job) => show(ctx, job)));
    if (found.length <= limit) return c.json(jobs);
    return c.json(jobs, 200, nextPage(ctx, c.req.raw, { cursor: toCursor({ seq: page.at(-1)!.seq }) }));
  });

  app.get(one, async (c) => c.json(await show(ctx, await requireJob(ctx, c.var.actor, c.req.param()))));
  changeRoutes(app, ctx);
  streamRoutes(app, ctx);
}

function changeRoutes(app: HubApp, ctx: HubContext): void {
  app.post(`${one}/cancel`, async (c) => {
    const job = await requireJob(ctx, c.var.actor, c.req.param(), 'write');
    return c.json(await show(ctx, await cancelJob(ctx, job)));
  });

  app.post(`${one}/duplicate`, async (c) => {
    const job = await requireJob(ctx, c.var.actor, c.req.param(), 'write');
    return c.json(await show(ctx, await duplicateJob(ctx, c.var.actor!, job)));
  });

  app.put(`${one}/labels`, async (c) => {
    const job = await requireJob(ctx, c.var.actor, c.req.param(), 'write');
    const labels = readLabels(await readJsonObject(c.req.raw, 1));
    await ctx.db.query('UPDATE record.jobs SET labels = $2 WHERE id = $1', [job.id, JSON.stringify(labels)]);
    return c.json(await show(ctx, (await findJob(ctx.db, job.id))!));
  });
}

function streamRoutes(app: HubApp, ctx: HubContext): void {
  app.get(`${one}/logs`, async (c) => {
    const job = await requireJob(ctx, c.var.actor, c.req.param());
    const tail = queryOf(c.req.raw).integer('tail', { fallback: 0, max: 1_000_000 });
    const after = tail > 0 ? await startOfTail(ctx.db, job.id, tail) : 0;
    return toEventStream(async function* (signal) {
      for await (const news of followJob(ctx, job.id, after, signal)) {
        if (news.kind === 'quiet') yield keepAlive;
        if (news.kind !== 'lines') continue;
        yield news.lines.map(({ text, at }) => toEvent({ data: text, timestamp: toWireDate(at) })).join('');
      }
    });
  });

  app.get(`${one}/events`, async (c) => {
    const { id } = await requireJob(ctx, c.var.actor, c.req.param());
    const after = queryOf(c.req.raw).integer('after', { fallback: 0, max: 1_000_000_000 });
    return toEventStream(async function* (signal) {
      for await (const news of followJob(ctx, id, after, signal)) {
        if (news.kind === 'quiet') yield keepAlive;
        else if (news.kind === 'job') yield toEvent(await show(ctx, news.job), 'job');
        else for (const { n, text, at } of news.lines) yield toEvent({ n, text, at: toWireDate(at) }, 'line');
      }
    });
  });
}

async function show(ctx: HubContext, job: Job): Promise<WireJob> {
  return toWireJob(job, await queuePosition(ctx, job), ctx.clock());
}

/** `name=value`; a name alone means an empty value. */
function toLabel(text: string): { name: string; value: string } {
  const at = text.indexOf('=');
  return at < 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) };
}
