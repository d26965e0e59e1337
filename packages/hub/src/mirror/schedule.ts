import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import { findMirror, type Mirror, mirrorQueue } from './mirrors.ts';
import { runMirror } from './run-mirror.ts';

const sweepQueue = 'mirror-sweep';
const hour = 3_600;

/** Keeps mirrors up to date, as long as this process serves. */
export interface Mirrors {
  /** Ends what is under way; the next process takes it up again. */
  close(): Promise<void>;
}

/** Looks every minute which mirrors are due, in one of the processes that share the database. */
export async function openMirrors(ctx: HubContext): Promise<Mirrors> {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  await ctx.jobs.work(mirrorQueue, async (data) => {
    const { repoId } = data as { repoId?: unknown };
    if (typeof repoId !== 'string' || ending.signal.aborted) return;
    const run = bringUpToDate(ctx, repoId, ending.signal);
    running.add(run);
    await run.finally(() => running.delete(run));
  });
  const sweep = async () => {
    const due = await ctx.db.query<{ id: string }>(
      `SELECT m.repo_id AS id FROM record.mirrors m JOIN record.repos r ON r.id = m.repo_id
       WHERE m.next_at <= now() AND r.deleted_at IS NULL ORDER BY m.next_at LIMIT 100`,
    );
    for (const { id } of due) await ctx.jobs.send(mirrorQueue, { repoId: id }, { key: id });
  };
  await ctx.jobs.work(sweepQueue, sweep);
  await sweep(); // what a crash interrupted goes on now
  await ctx.jobs.schedule(sweepQueue, '* * * * *');
  return {
    async close() {
      ending.abort(new Error('the hub is stopping'));
      await Promise.allSettled(running);
    },
  };
}

/**
 * One try, by one process at a time: the lock ends with its transaction, however the process ends, and the transaction
 * does nothing else. `next_at` stays in the past until the end, so that a crash is made good by the next look.
 */
export async function bringUpToDate(ctx: HubContext, repoId: string, signal: AbortSignal): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const { free } = await tx.one<{ free: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free',
      [`assay:mirror:${repoId}`],
    );
    // Who asks while a run is under way wants what has come since it began.
    while (free && (await runOnce(ctx, repoId, signal)));
  });
}

/** @returns whether somebody asked again meanwhile */
async function runOnce(ctx: HubContext, repoId: string, signal: AbortSignal): Promise<boolean> {
  const mirror = await findMirror(ctx, repoId);
  if (!mirror) return false;
  const begun = await ctx.db.maybe<{ wish: string }>(
    `UPDATE record.mirrors SET state = 'running', progress = '{}' WHERE repo_id = $1 RETURNING next_at::text AS wish`,
    [repoId],
  );
  if (!begun) return false;
  try {
    await runMirror(ctx, mirror, signal);
    return await settleDone(ctx, repoId, begun.wish);
  } catch (error) {
    if (signal.aborted) return false; // not a fault: the next process goes on
    await settleFailed(ctx, mirror, error);
    return false;
  }
}

/** @returns whether it must run again at once */
async function settleDone(ctx: HubContext, repoId: string, wish: string): Promise<boolean> {
  const settled = await ctx.db.maybe<{ again: boolean }>(
    `UPDATE record.mirrors SET progress = '{}', problem = NULL, failures = 0, synced_at = now(),
       state = CASE WHEN next_at::text = $3 THEN 'done' ELSE 'running' END,
       next_at = CASE WHEN next_at::text = $3 THEN now() + make_interval(secs => $2) ELSE next_at END
     WHERE repo_id = $1 RETURNING state = 'running' AS again`,
    [repoId, ctx.config.mirrorHours * hour, wish],
  );
  return settled?.again ?? false;
}

async function settleFailed(ctx: HubContext, mirror: Mirror, error: unknown): Promise<void> {
  const { repoId } = mirror;
  const often = ctx.config.mirrorHours * hour;
  const ours = !(error instanceof HubError || error instanceof GitError);
  if (ours) ctx.log.error('mirror failed', error, { repo: repoId });
  const problem = ours ? 'the hub failed; its log says why' : (error as Error).message.slice(0, 2_000);
  const pause = Math.min(60 * 2 ** Math.min(mirror.failures, 20), often);
  await ctx.db.query(
    `UPDATE record.mirrors SET state = 'failed', problem = $2, failures = failures + 1,
       next_at = now() + make_interval(secs => $3) WHERE repo_id = $1`,
    [repoId, problem, pause],
  );
}
