import type { HubContext } from '../context.ts';
import { findJob, isOver, type Job, type JobOutcome, type JobProgress, type JobStage } from './job.ts';

/** Names one attempt of a job: what a worker writes counts only while no later attempt has begun. */
export interface Attempt {
  jobId: string;
  attempt: number;
}

/**
 * Begins an attempt. Null when there is nothing to do: the job is over, or was to be cancelled.
 * @returns the job as it is now; its `attempts` is the fence of the attempt
 */
export async function beginAttempt(ctx: HubContext, jobId: string, workerId: string): Promise<Job | null> {
  const begun = await ctx.db.query(
    `UPDATE record.jobs SET stage = 'RUNNING', message = NULL, attempts = attempts + 1, worker_id = $2,
            started_at = coalesce(started_at, $3)
      WHERE id = $1 AND finished_at IS NULL AND cancel_requested_at IS NULL RETURNING id`,
    [jobId, workerId, ctx.clock()],
  );
  if (begun.length > 0) return findJob(ctx.db, jobId);
  await endJob(ctx, jobId, 'CANCELED', 'cancelled before it began');
  return null;
}

/** Notes how far an attempt is. False: somebody else has the job now, or it is to be cancelled. */
export async function noteProgress(
  ctx: HubContext,
  { jobId, attempt }: Attempt,
  progress: JobProgress | null,
): Promise<'go-on' | 'cancel' | 'lost'> {
  const row = await ctx.db.maybe<{ cancel: boolean }>(
    `UPDATE record.jobs SET progress = coalesce($3::jsonb, progress)
      WHERE id = $1 AND attempts = $2 AND finished_at IS NULL
      RETURNING cancel_requested_at IS NOT NULL AS cancel`,
    [jobId, attempt, progress === null ? null : JSON.stringify(progress)],
  );
  if (!row) return 'lost';
  return row.cancel ? 'cancel' : 'go-on';
}

/** Adds to what came of a job. */
export async function noteOutcome(ctx: HubContext, jobId: string, part: JobOutcome): Promise<void> {
  await ctx.db.query('UPDATE record.jobs SET outcome = outcome || $2::jsonb WHERE id = $1', [
    jobId,
    JSON.stringify(part),
  ]);
}

/** Says in a word what a running job is doing. */
export async function noteMessage(ctx: HubContext, jobId: string, message: string): Promise<void> {
  await ctx.db.query('UPDATE record.jobs SET message = $2 WHERE id = $1 AND finished_at IS NULL', [
    jobId,
    message,
  ]);
}

/**
 * Ends a job, once; its secrets are taken away. With `attempt`, only while that attempt is the current one.
 * @returns whether it was this call that ended it
 */
export async function endJob(
  ctx: HubContext,
  jobId: string,
  stage: Extract<JobStage, 'COMPLETED' | 'CANCELED' | 'ERROR'>,
  message: string | null,
  attempt?: number,
): Promise<boolean> {
  const ended = await ctx.db.query(
    `UPDATE record.jobs SET stage = $2, message = $3, finished_at = $4, secrets = NULL
      WHERE id = $1 AND finished_at IS NULL AND ($5::int IS NULL OR attempts = $5) RETURNING id`,
    [jobId, stage, message?.slice(0, 2_000) ?? null, ctx.clock(), attempt ?? null],
  );
  return ended.length > 0;
}

/** Asks for the end of a job: a waiting one ends at once, a running one when its worker hears of it. */
export async function cancelJob(ctx: HubContext, job: Job): Promise<Job> {
  if (isOver(job)) return job;
  await ctx.db.query(
    'UPDATE record.jobs SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE id = $1',
    [job.id, ctx.clock()],
  );
  await ctx.db.query(
    `UPDATE record.jobs SET stage = 'CANCELED', finished_at = $2, secrets = NULL
      WHERE id = $1 AND stage = 'SCHEDULING'`,
    [job.id, ctx.clock()],
  );
  return (await findJob(ctx.db, job.id))!;
}

/** The secrets of a job, for its worker. */
export async function openSecrets(ctx: HubContext, jobId: string): Promise<Record<string, string>> {
  const row = await ctx.db.maybe<{ secrets: Buffer | null }>(
    'SELECT secrets FROM record.jobs WHERE id = $1',
    [jobId],
  );
  if (!row?.secrets) return {};
  return JSON.parse(ctx.secrets.open(row.secrets, `job ${jobId}`)) as Record<string, string>;
}
