import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { forgetRepo } from '../index/forget.ts';
import { announce } from '../webhooks/announce.ts';
import type { Repo } from './repo.ts';

/** Deletes a repo: its name is free and its results are off the boards at once, its files are gone; the record keeps its acts. */
export async function deleteRepo(ctx: HubContext, actor: Actor, repo: Repo): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    await tx.query('UPDATE record.repos SET deleted_at = now() WHERE id = $1', [repo.id]);
    await forgetRepo(tx, repo.id, { actorId: actor.id, actorName: actor.name, via: 'status' });
    await tx.query('DELETE FROM record.repo_redirects WHERE repo_id = $1', [repo.id]);
    await announce(ctx, tx, repo, { action: 'delete', scope: 'repo' });
    await audit(tx, actor, 'repo-deleted', { repo: repo.id, type: repo.type, name: repo.fullName });
  });
  await ctx.git.remove(repo.id);
}
