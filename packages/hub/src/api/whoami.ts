import type { WireOrg, WireWhoami } from '@assay/spec';
import { findAccountById, membershipsOf } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import { toWireFineGrained } from '../auth/fine-grained.ts';
import { grantOf } from '../auth/token-scopes.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';

const flags = { canPay: false, periodEnd: null, avatarUrl: '' };

/** The answer that every client's login check reads. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/whoami-v2', async (c) => c.json(await whoAmI(ctx, requireActor(c.var.actor))));
}

async function whoAmI(ctx: HubContext, actor: Actor): Promise<WireWhoami & { isAdmin: boolean }> {
  const account = (await findAccountById(ctx.db, actor.id))!;
  const accessToken = {
    displayName: actor.token?.displayName ?? 'session',
    role: actor.scopes ? ('fineGrained' as const) : actor.role,
    createdAt: (actor.token?.createdAt ?? account.createdAt).toISOString(),
    ...(actor.scopes && { fineGrained: await toWireFineGrained(ctx.db, actor.scopes) }),
  };
  return {
    type: 'user',
    id: account.id,
    name: account.name,
    fullname: account.fullname || account.name,
    // A fine-grained token opens repos; its owner's address is none of their business.
    email: actor.scopes ? null : account.email,
    emailVerified: account.email !== null,
    isPro: false,
    billingMode: 'postpaid',
    ...flags,
    isAdmin: actor.isAdmin,
    orgs: await orgsOf(ctx, actor),
    auth: { type: 'access_token', accessToken },
  };
}

/** Organisations of the actor; of a fine-grained token, those it opens. */
async function orgsOf(ctx: HubContext, actor: Actor): Promise<WireOrg[]> {
  const memberships = await membershipsOf(ctx.db, actor.id);
  return memberships
    .filter(({ org }) => grantOf(actor, { ownerId: org.id }).read)
    .map(({ org, role }) => ({
      type: 'org',
      id: org.id,
      name: org.name,
      fullname: org.fullname || org.name,
      email: null,
      isEnterprise: false,
      ...flags,
      roleInOrg: role,
    }));
}
