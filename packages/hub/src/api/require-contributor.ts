import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';

/**
 * Lets through who may write to a repo or, `asPullRequest`, who may at least propose something. Which ref exactly they may
 * move is judged when it moves.
 * @throws HubError `login-required`, `forbidden`
 */
export async function requireContributor(
  ctx: HubContext,
  asking: Actor | null,
  repo: Repo,
  asPullRequest: boolean,
): Promise<Actor> {
  const actor = requireActor(asking);
  const access = await accessOf(ctx, actor, repo);
  if (!access.write && !(asPullRequest && access.discuss)) {
    await requireRepo(ctx, actor, repo.type, repo.fullName, asPullRequest ? 'discuss' : 'write');
  }
  return actor;
}
