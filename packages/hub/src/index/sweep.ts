import type { HubContext } from '../context.ts';
import { finishCreations } from '../repos/finish-creations.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { addUpCounts } from './counts.ts';
import { forgetRepo } from './forget.ts';
import { healRepo } from './heal.ts';
import { unlessUnreadable } from './keep-known.ts';

const queue = 'index-sweep';
/** Nobody needs longer between a repo's row and its first commit. */
const creationSeconds = 60;

/**
 * Heals what a crash left between git and the index: repos with a push that was announced and not applied, repos the
 * index has never seen, and index rows of repos that are gone. Answers how many repos had to be changed.
 */
export async function sweep(ctx: HubContext, graceSeconds = 5): Promise<number> {
  let healed = 0;
  for (const { repo_id: id } of await findSuspects(ctx, graceSeconds)) {
    const changed = await unlessUnreadable(ctx, id, () =>
      ctx.db.tx(async (tx) => {
        await tx.lockRepo(id);
        const repo = await findRepoById(tx, id);
        if (repo) return (await healRepo(ctx, tx, repo)).changed;
        return forgetRepo(tx, id);
      }),
    );
    if (!changed) continue;
    healed += 1;
    ctx.log.warn('index healed', { repo: id });
  }
  return healed;
}

async function findSuspects(ctx: HubContext, graceSeconds: number): Promise<{ repo_id: string }[]> {
  return ctx.db.query(
    `SELECT p.repo_id FROM record.pushes p JOIN record.repos r ON r.id = p.repo_id
       WHERE p.applied_at IS NULL AND r.deleted_at IS NULL AND p.created_at < now() - make_interval(secs => $1)
     UNION
     SELECT r.id FROM record.repos r WHERE r.deleted_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM derived.versions v WHERE v.repo_id = r.id)
       AND r.created_at < now() - make_interval(secs => $1)
     UNION
     SELECT v.repo_id FROM derived.versions v
       LEFT JOIN record.repos r ON r.id = v.repo_id AND r.deleted_at IS NULL WHERE r.id IS NULL`,
    [graceSeconds],
  );
}

/**
 * Sweeps now, before the first answer, and from then on every minute in one of the processes that share the database.
 * A process that has the database to itself need not wait for what others may be doing.
 */
export async function scheduleSweep(ctx: HubContext): Promise<void> {
  const alone = ctx.config.databaseUrl === undefined;
  await sweep(ctx, 0);
  await finishCreations(ctx, alone ? 0 : creationSeconds);
  await ctx.jobs.work(queue, async () => {
    await sweep(ctx);
    await addUpCounts(ctx.db);
    await finishCreations(ctx, creationSeconds);
  });
  await ctx.jobs.schedule(queue, '* * * * *');
}
