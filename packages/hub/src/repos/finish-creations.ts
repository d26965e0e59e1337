import { findAccountById } from '../auth/accounts.ts';
import type { HubContext } from '../context.ts';
import { writeInitialCommit } from './initial-commit.ts';
import { type Repo, repoColumns, toRepo } from './repo.ts';

/**
 * A crash between a repo's row and its first commit leaves a repo without `main`, to which nobody could commit. Gives each
 * of them its first commit, in the name of who made it. Answers how many there were.
 * @param graceSeconds younger ones may still be in the making, by another process of this hub
 */
export async function finishCreations(ctx: HubContext, graceSeconds: number): Promise<number> {
  const rows = await ctx.db.query<object>(
    `SELECT ${repoColumns} FROM record.repos r WHERE r.deleted_at IS NULL AND r.mirror_of IS NULL
       AND NOT EXISTS (SELECT 1 FROM derived.refs f WHERE f.repo_id = r.id AND f.ref = 'refs/heads/main')
       AND r.created_at <= now() - make_interval(secs => $1)`,
    [graceSeconds],
  );
  let finished = 0;
  for (const repo of rows.map(toRepo)) if (await finish(ctx, repo)) finished += 1;
  return finished;
}

async function finish(ctx: HubContext, repo: Repo): Promise<boolean> {
  const maker = repo.createdBy === null ? null : await findAccountById(ctx.db, repo.createdBy);
  await ctx.git.init(repo.id);
  if (!maker || (await ctx.git.reader(repo.id).resolve('refs/heads/main')) !== null) return false;
  // The rights were checked when it was made, and may have been taken since: the hub finishes it in any case.
  const actor = { id: maker.id, name: maker.name, isAdmin: true, role: 'write', via: 'session' } as const;
  await writeInitialCommit(ctx, repo, actor, []);
  ctx.log.warn('gave a repo the first commit that a crash had prevented', { repo: repo.id });
  return true;
}
