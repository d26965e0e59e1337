import type { HubContext } from '../context.ts';
import { type Job, type JobStage, jobSelect } from './job.ts';

export interface JobQuery {
  ownerId: string;
  stages: JobStage[];
  /** Each must hold. */
  labels: { name: string; value: string }[];
  limit: number;
  /** `seq` of the last job of the page before. */
  before?: number;
}

/** Jobs of an account, newest first; one more than `limit` when there are more. */
export function listJobs(ctx: HubContext, query: JobQuery): Promise<Job[]> {
  const labels = Object.fromEntries(query.labels.map(({ name, value }) => [name, value]));
  return ctx.db.query<Job>(
    `SELECT ${jobSelect}
      WHERE j.owner_id = $1 AND (cardinality($2::text[]) = 0 OR j.stage = ANY($2)) AND j.labels @> $3::jsonb
        AND ($4::bigint IS NULL OR j.seq < $4) ORDER BY j.seq DESC LIMIT $5`,
    [query.ownerId, query.stages, JSON.stringify(labels), query.before ?? null, query.limit + 1],
  );
}

/** How many jobs of its kind are before a waiting one, it included; null when it does not wait. */
export async function queuePosition(ctx: HubContext, job: Job): Promise<number | null> {
  if (job.stage !== 'SCHEDULING') return null;
  const { count } = await ctx.db.one<{ count: number }>(
    `SELECT count(*)::int AS count FROM record.jobs WHERE kind = $1 AND stage = 'SCHEDULING' AND seq <= $2`,
    [job.kind, job.seq],
  );
  return count;
}
