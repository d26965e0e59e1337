import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';

/**
 * Whether the actor decides about benchmarks: administrators do, and those members of the maintainers' organisation
 * (`ASSAY_MAINTAINERS`) whose role there is more than reading.
 */
export async function isMaintainer(ctx: HubContext, actor: Actor | null): Promise<boolean> {
  if (!actor || actor.scopes) return false;
  if (actor.isAdmin) return true;
  const { maintainers } = ctx.config;
  if (maintainers === undefined) return false;
  const row = await ctx.db.maybe(
    `SELECT 1 FROM record.memberships m JOIN record.accounts o ON o.id = m.org_id
     WHERE m.user_id = $1 AND m.role <> 'read' AND o.kind = 'org' AND o.deleted_at IS NULL AND lower(o.name) = lower($2)`,
    [actor.id, maintainers],
  );
  return row !== null;
}

/** @throws HubError `login-required`, `forbidden` */
export async function requireMaintainer(ctx: HubContext, actor: Actor | null): Promise<Actor> {
  const who = requireActor(actor, 'write');
  if (await isMaintainer(ctx, who)) return who;
  const { maintainers } = ctx.config;
  throw new HubError('forbidden', 'only a maintainer of this hub decides about benchmarks', {
    hint: maintainers ? `Maintainers are the administrators and the members of ${maintainers}.` : undefined,
  });
}
