import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubContext } from '../context.ts';

/** Days for which the log of a job that did not become a result stays on the worker's disk. */
const keptDays = 7;

/** Takes away folders of jobs that nobody goes on from: complete ones, and others some days after their end. */
export async function forgetOldJobs(ctx: HubContext): Promise<void> {
  const ids = (await readdir(ctx.paths.jobs)).filter((name) => /^[0-9a-f]{24}$/.test(name));
  if (ids.length === 0) return;
  const over = await ctx.db.query<{ id: string }>(
    `SELECT id FROM record.jobs WHERE id = ANY($1)
       AND (stage = 'COMPLETED' OR finished_at < $2::timestamptz - make_interval(days => $3))`,
    [ids, ctx.clock(), keptDays],
  );
  for (const { id } of over) await rm(join(ctx.paths.jobs, id), { recursive: true, force: true });
}
