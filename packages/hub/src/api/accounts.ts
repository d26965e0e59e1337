import type { Account } from '../auth/accounts.ts';
import { createAccount, setMember } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import { requireActor } from '../auth/authenticate.ts';
import { changeMember, listMembers, requireAccount, requireOrgAdmin } from '../auth/members.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';

/** Organisations and who belongs to which. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/orgs', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const account = await createOrg(ctx, actor, requiredText(body, 'name'), optionalText(body, 'fullname'));
    return c.json(toPublicAccount(account), 201);
  });

  app.put('/api/assay/orgs/:org', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const org = await requireOrgAdmin(ctx, actor, c.req.param('org'));
    const fullname = optionalText(await readJsonObject(c.req.raw, 1), 'fullname', 200) ?? '';
    await ctx.db.tx(async (tx) => {
      await tx.query('UPDATE record.accounts SET fullname = $2 WHERE id = $1', [org.id, fullname]);
      await audit(tx, actor, 'org-changed', { org: org.id, fullname });
    });
    return c.json(toPublicAccount({ ...org, fullname }));
  });

  memberRoutes(app, ctx);
}

function memberRoutes(app: HubApp, ctx: HubContext): void {
  const path = '/api/assay/orgs/:org/members/:user';

  app.put(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const role = optionalWord(body, 'role', ['admin', 'write', 'contributor', 'read']) ?? null;
    const { org, user } = c.req.param();
    await changeMember(ctx, actor, { org, user, role });
    return c.json({ org, user, role });
  });

  app.delete(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    await changeMember(ctx, actor, { ...c.req.param(), role: null });
    return c.json({});
  });

  app.get('/api/organizations/:org/members', async (c) => {
    const org = await requireAccount(ctx.db, c.req.param('org'), 'org');
    return c.json(await listMembers(ctx, c.var.actor, org));
  });
}

async function createOrg(
  ctx: HubContext,
  actor: Actor,
  name: string,
  fullname: string | undefined,
): Promise<Account> {
  return ctx.db.tx(async (tx) => {
    const account = await createAccount(tx, { kind: 'org', name, fullname });
    await setMember(tx, account.id, actor.id, 'admin');
    await audit(tx, actor, 'org-created', { account: account.id, name: account.name });
    return account;
  });
}

function toPublicAccount(account: Account): Record<string, unknown> {
  const { id, kind, name, fullname, createdAt } = account;
  return { id, kind, name, fullname: fullname || name, createdAt: createdAt.toISOString() };
}
