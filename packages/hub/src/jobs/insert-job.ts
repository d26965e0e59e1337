import { newId } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type CommandSpec, type EvalSpec, findJob, type Job } from './job.ts';
import { jobQueues, maxTimeoutSeconds } from './queue-rules.ts';

export type NewJob = {
  /** Account whose job it is. */
  ownerId: string;
  initiator: Actor;
  secrets: Record<string, string>;
  labels: Record<string, string>;
  timeoutSeconds: number;
} & ({ kind: 'eval'; spec: EvalSpec } | { kind: 'command'; spec: CommandSpec });

/**
 * Puts a job into the queue, within the quota of who asks.
 * @throws HubError `quota-exceeded`, `invalid-input`
 */
export async function insertJob(ctx: HubContext, wanted: NewJob): Promise<Job> {
  const { initiator, kind, timeoutSeconds } = wanted;
  if (!(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= maxTimeoutSeconds))
    throw new HubError('invalid-input', `a job may take from 1 to ${maxTimeoutSeconds} seconds`);
  const id = newId();
  const names = Object.keys(wanted.secrets);
  const sealed = names.length === 0 ? null : ctx.secrets.seal(JSON.stringify(wanted.secrets), `job ${id}`);
  await ctx.db.tx(async (tx) => {
    await assertQuota(ctx, tx, initiator);
    await tx.query(
      `INSERT INTO record.jobs
         (id, kind, owner_id, initiator_id, spec, secrets, secret_names, labels, timeout_seconds, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[id, kind, wanted.ownerId, initiator.id, JSON.stringify(wanted.spec), sealed, names.sort()],
        ...[JSON.stringify(wanted.labels), timeoutSeconds, ctx.clock()],
      ],
    );
    await ctx.jobs.send(jobQueues[kind], { jobId: id }, { key: id, tx });
  });
  return (await findJob(ctx.db, id))!;
}

/** Counted under a lock by user, so that a hundred requests at once are counted one by one. */
async function assertQuota(ctx: HubContext, tx: Tx, initiator: Actor): Promise<void> {
  if (initiator.isAdmin) return;
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`assay:jobs:${initiator.id}`]);
  const { count } = await tx.one<{ count: number }>(
    'SELECT count(*)::int AS count FROM record.jobs WHERE initiator_id = $1 AND finished_at IS NULL',
    [initiator.id],
  );
  const most = ctx.config.jobsPerUser;
  if (count >= most) {
    throw new HubError('quota-exceeded', `you have ${count} unfinished jobs, and may have ${most}`, {
      hint: 'Wait for one to end, or cancel one.',
    });
  }
}
