import { setTimeout as sleep } from 'node:timers/promises';
import type { HubContext } from '../context.ts';
import { findJob, isOver, type Job } from './job.ts';
import { type JobLine, readLines } from './job-lines.ts';

/** How often the record is looked at for a reader who waits. Any process of the hub may serve any job so. */
const lookMs = 400;
/** Clients end a connection that is silent for 30 seconds. */
const keepAliveMs = 15_000;

/** What a reader of a job is told. */
export type JobNews = { kind: 'lines'; lines: JobLine[] } | { kind: 'job'; job: Job } | { kind: 'quiet' };

/**
 * What a job says and how it changes, from line `after` on, until it is over or the reader is gone. All lines come in the
 * same order for every reader.
 */
export async function* followJob(
  ctx: HubContext,
  jobId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<JobNews> {
  let last = after;
  let shown = '';
  let quietSince = Date.now();
  while (!signal.aborted) {
    // The stage first: once it says that the job is over, no line comes any more.
    const job = await findJob(ctx.db, jobId);
    for (;;) {
      const lines = await readLines(ctx.db, jobId, last);
      if (lines.length === 0) break;
      last = lines.at(-1)!.n;
      quietSince = Date.now();
      yield { kind: 'lines', lines };
    }
    if (!job) return;
    const now = JSON.stringify([job.stage, job.message, job.progress, job.outcome, job.attempts]);
    if (now !== shown) yield { kind: 'job', job };
    shown = now;
    if (isOver(job)) return;
    if (Date.now() - quietSince > keepAliveMs) {
      quietSince = Date.now();
      yield { kind: 'quiet' };
    }
    await sleep(lookMs, undefined, { signal }).catch(() => {});
  }
}
