import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { newId } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { endJob } from '../jobs/change-job.ts';
import { findJob } from '../jobs/job.ts';
import { appendLines } from '../jobs/job-lines.ts';
import { jobQueues } from '../jobs/queue-rules.ts';
import { forgetOldJobs } from './forget-old-jobs.ts';
import { type FinishedEval, publishJob } from './publish-job.ts';
import { runCommandJob } from './run-command-job.ts';
import { runEvalJob } from './run-eval-job.ts';
import { findSandbox } from './sandbox/find-sandbox.ts';
import type { WorkerHands } from './worker-hands.ts';

const { version: hubVersion } = createRequire(import.meta.url)('../../package.json') as { version: string };
/** How often a worker says that it is there. */
const beatMs = 5_000;
/** How often it takes away what jobs left on its disk. */
const tidyMs = 3_600_000;

export interface Worker {
  id: string;
  /** Takes no more jobs, and gives those under way back to the queue. */
  close(): Promise<void>;
}

export interface WorkerOptions {
  /** Address of the hub, as this machine reaches it. */
  hubUrl: string;
  /** The worker has a data folder of its own rather than the hub's. */
  remote: boolean;
}

/** Does jobs of the queue until it is closed. Any number of them may work for one database. */
export async function startWorker(ctx: HubContext, options: WorkerOptions): Promise<Worker> {
  const id = newId();
  const stop = new AbortController();
  const { sandbox, problem } = await findSandbox(ctx);
  const { hubUrl, remote } = options;
  await ctx.db.query(
    `INSERT INTO record.workers (id, host, version, sandbox, sandbox_problem, images) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, hostname(), hubVersion, sandbox?.name ?? null, problem, sandbox?.images ?? null],
  );
  ctx.log.info('worker', { worker: id, sandbox: sandbox?.name ?? `none: ${problem}` });
  const hands: WorkerHands = { ctx, id, hubUrl, remote, sandbox, stopping: stop.signal };
  const under = new Set<Promise<void>>();
  const take = (run: (hands: WorkerHands, jobId: string) => Promise<void>) => (data: object) => {
    const done = run(hands, (data as { jobId: string }).jobId);
    under.add(done);
    return done.finally(() => under.delete(done));
  };
  const atOnce = ctx.config.jobsAtOnce;
  await ctx.jobs.work(jobQueues.eval, take(runEvalJob), { atOnce });
  if (sandbox) await ctx.jobs.work(jobQueues.command, take(runCommandJob), { atOnce });
  const beat = setInterval(() => {
    ctx.db
      .query('UPDATE record.workers SET seen_at = now() WHERE id = $1', [id])
      .catch((error) => ctx.log.warn('worker', { reason: String(error) }));
  }, beatMs);
  const tidy = () =>
    forgetOldJobs(ctx).catch((error) => ctx.log.warn('job folders', { reason: String(error) }));
  await tidy();
  const tidying = setInterval(tidy, tidyMs);
  return {
    id,
    async close() {
      clearInterval(beat);
      clearInterval(tidying);
      stop.abort();
      for (const queue of [jobQueues.eval, jobQueues.command]) await ctx.jobs.rest(queue).catch(() => {});
      await Promise.allSettled(under);
      await sandbox?.close();
      await ctx.db.query('UPDATE record.workers SET stopped_at = now() WHERE id = $1', [id]).catch(() => {});
    },
  };
}

/**
 * What a serving hub does with jobs: makes results of finished evaluations, ends jobs that no worker survived and, unless
 * ASSAY_JOBS_IN_HUB turns it off, is a worker itself.
 * @param address `hubUrl` as this machine reaches the hub; `publicUrl` as results name it
 */
export async function startJobs(
  ctx: HubContext,
  address: { hubUrl: string; publicUrl: string },
): Promise<Pick<Worker, 'close'>> {
  const publish = (data: object) => publishJob(ctx, address.publicUrl, data as FinishedEval);
  await ctx.jobs.work(jobQueues.publish, publish, { atOnce: 2 });
  await ctx.jobs.work(jobQueues.dead, (data) => giveUp(ctx, (data as { jobId: string }).jobId));
  const { jobsInHub } = ctx.config;
  const worker = jobsInHub ? await startWorker(ctx, { hubUrl: address.hubUrl, remote: false }) : null;
  return {
    async close() {
      await worker?.close();
      for (const queue of [jobQueues.publish, jobQueues.dead]) await ctx.jobs.rest(queue);
    },
  };
}

async function giveUp(ctx: HubContext, jobId: string): Promise<void> {
  const job = await findJob(ctx.db, jobId);
  const message = `given up after ${job?.attempts ?? 0} attempts: no worker brought it to an end`;
  if (await endJob(ctx, jobId, 'ERROR', message)) await appendLines(ctx.db, jobId, [message]);
}
