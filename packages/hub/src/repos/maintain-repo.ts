import type { HubContext } from '../context.ts';
import { measureObjects, needsMaintenance, repack } from '../git/maintenance.ts';
import { findRepoById } from './require-repo.ts';

const queue = 'repo-maintenance';
const measuring = 'repo-measuring';

/** Hands a repo in to be packed anew, when it has become slow to read. Cheap; called after each push. */
export async function considerMaintenance(ctx: HubContext, repoId: string): Promise<void> {
  if (await needsMaintenance(ctx.git.dir(repoId))) await ctx.jobs.send(queue, { repoId }, { key: repoId });
}

/**
 * Packs a repo anew under its lock: by one process at a time, and while no push moves objects in; pushes wait meanwhile,
 * readers do not. Whatever a kill leaves in between is whole, and the next attempt goes on from it.
 */
export async function maintainRepo(ctx: HubContext, repoId: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repoId);
    const repo = await findRepoById(tx, repoId);
    if (!repo) return;
    const dir = ctx.git.dir(repoId);
    await repack(ctx.git.runner, dir);
    await tx.query('UPDATE record.repos SET git_bytes = $2 WHERE id = $1', [
      repoId,
      await measureObjects(dir),
    ]);
  });
}

/** From now on, this process takes part in packing repos, one at a time. */
export async function startMaintenance(ctx: HubContext): Promise<void> {
  await ctx.jobs.work(queue, async (data) => {
    const { repoId } = data as { repoId?: unknown };
    if (typeof repoId !== 'string' || !(await needsMaintenance(ctx.git.dir(repoId)))) return;
    await maintainRepo(ctx, repoId);
  });
  await ctx.jobs.work(measuring, () => measureRepos(ctx));
  if (await ctx.db.maybe('SELECT 1 FROM record.repos WHERE git_bytes IS NULL AND deleted_at IS NULL LIMIT 1'))
    await ctx.jobs.send(measuring, {}, { key: measuring });
}

/** Repos from before their size was kept. */
async function measureRepos(ctx: HubContext): Promise<void> {
  for (;;) {
    const repos = await ctx.db.query<{ id: string }>(
      'SELECT id FROM record.repos WHERE git_bytes IS NULL AND deleted_at IS NULL LIMIT 100',
    );
    if (repos.length === 0) return;
    for (const { id } of repos) {
      const bytes = await measureObjects(ctx.git.dir(id));
      await ctx.db.query('UPDATE record.repos SET git_bytes = $2 WHERE id = $1 AND git_bytes IS NULL', [
        id,
        bytes,
      ]);
    }
  }
}
