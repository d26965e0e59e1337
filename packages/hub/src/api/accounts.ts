import { standingIn } from '../auth/access.ts';
import type { Account } from '../auth/accounts.ts';
import { createAccount, findAccount, findAccountById, membershipsOf, setMember } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import { assertPasswordAllowed, hashPassword } from '../auth/passwords.ts';
import { createToken, deleteToken, listTokens } from '../auth/tokens.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';

type Body = Record<string, unknown>;

/** People, organisations and their tokens. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/whoami-v2', async (c) => c.json(await whoAmI(ctx, requireActor(c.var.actor))));

  app.post('/api/assay/users', async (c) => {
    const actor = ctx.config.signUp === 'open' ? c.var.actor : requireAdmin(c.var.actor);
    const account = await signUp(ctx, actor, await readJsonObject(c.req.raw, 1));
    return c.json(toPublicAccount(account), 201);
  });

  app.post('/api/assay/orgs', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const account = await createOrg(ctx, actor, requiredText(body, 'name'), optionalText(body, 'fullname'));
    return c.json(toPublicAccount(account), 201);
  });

  app.put('/api/assay/orgs/:org/members/:user', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const role = optionalWord(body, 'role', ['admin', 'write', 'contributor', 'read']) ?? null;
    await changeMember(ctx, actor, c.req.param('org'), c.req.param('user'), role);
    return c.json({ org: c.req.param('org'), user: c.req.param('user'), role });
  });

  tokenRoutes(app, ctx);
  overviewRoutes(app, ctx);
}

function tokenRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/tokens', async (c) => {
    const actor = requireActor(c.var.actor);
    return c.json({ tokens: await listTokens(ctx.db, actor.id) });
  });

  app.post('/api/assay/tokens', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    return c.json(await issueToken(ctx, actor, actor.id, await readJsonObject(c.req.raw, 1)), 201);
  });

  app.post('/api/assay/users/:name/tokens', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const account = await requireAccount(ctx, c.req.param('name'), 'user');
    return c.json(await issueToken(ctx, actor, account.id, await readJsonObject(c.req.raw, 1)), 201);
  });

  app.delete('/api/assay/tokens/:id', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    if (!(await deleteToken(ctx.db, actor.id, c.req.param('id'))))
      throw new HubError('not-found', 'no such token');
    await audit(ctx.db, actor, 'token-deleted', { token: c.req.param('id') });
    return c.json({});
  });
}

function overviewRoutes(app: HubApp, ctx: HubContext): void {
  for (const [path, kind] of [
    ['users', 'user'],
    ['organizations', 'org'],
  ] as const) {
    app.get(`/api/${path}/:name/overview`, async (c) => {
      const account = await requireAccount(ctx, c.req.param('name'), kind);
      return c.json({ ...toPublicAccount(account), user: account.name, avatarUrl: '', type: kind });
    });
  }
}

async function signUp(ctx: HubContext, actor: Actor | null, body: Body): Promise<Account> {
  const password = optionalText(body, 'password', 1_000);
  if (password !== undefined) assertPasswordAllowed(password);
  // Without a password nobody could ever log in; an administrator may still give such an account a token.
  if (password === undefined && !actor?.isAdmin) throw new HubError('invalid-input', '"password" is missing');
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return ctx.db.tx(async (tx) => {
    const account = await createAccount(tx, {
      kind: 'user',
      name: requiredText(body, 'name'),
      fullname: optionalText(body, 'fullname', 200),
      email: optionalText(body, 'email', 320),
      passwordHash,
    });
    await audit(tx, actor, 'user-created', { account: account.id, name: account.name });
    return account;
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

async function changeMember(
  ctx: HubContext,
  actor: Actor,
  orgName: string,
  userName: string,
  role: 'admin' | 'write' | 'contributor' | 'read' | null,
): Promise<void> {
  const org = await requireAccount(ctx, orgName, 'org');
  if (!actor.isAdmin && (await standingIn(ctx.db, actor, org.id)) !== 'admin') {
    throw new HubError('forbidden', `only an administrator of ${org.name} may change its members`);
  }
  const user = await requireAccount(ctx, userName, 'user');
  await ctx.db.tx(async (tx) => {
    await setMember(tx, org.id, user.id, role);
    await audit(tx, actor, 'member-changed', { org: org.id, user: user.id, role });
  });
}

async function issueToken(ctx: HubContext, actor: Actor, accountId: string, body: Body): Promise<object> {
  const displayName = optionalText(body, 'displayName', 100) ?? 'token';
  const role = optionalWord(body, 'role', ['read', 'write']) ?? 'read';
  const { id, secret } = await createToken(ctx.db, accountId, { displayName, role });
  await audit(ctx.db, actor, 'token-created', { token: id, account: accountId, role });
  return { id, displayName, role, token: secret };
}

async function requireAccount(ctx: HubContext, name: string, kind: 'user' | 'org'): Promise<Account> {
  const account = await findAccount(ctx.db, name);
  if (account?.kind === kind) return account;
  throw new HubError('not-found', `no ${kind === 'user' ? 'user' : 'organisation'} ${name}`);
}

function toPublicAccount(account: Account): Record<string, unknown> {
  const { id, kind, name, fullname, createdAt } = account;
  return { id, kind, name, fullname: fullname || name, createdAt: createdAt.toISOString() };
}

/** The answer that every client's login check reads. */
async function whoAmI(ctx: HubContext, actor: Actor): Promise<object> {
  const account = (await findAccountById(ctx.db, actor.id))!;
  const memberships = await membershipsOf(ctx.db, actor.id);
  const flags = { canPay: false, periodEnd: null, avatarUrl: '' };
  const accessToken = {
    displayName: actor.token?.displayName ?? 'session',
    role: actor.role,
    createdAt: (actor.token?.createdAt ?? account.createdAt).toISOString(),
  };
  return {
    type: 'user',
    id: account.id,
    name: account.name,
    fullname: account.fullname || account.name,
    email: account.email,
    emailVerified: account.email !== null,
    isPro: false,
    billingMode: 'postpaid',
    ...flags,
    isAdmin: account.isAdmin,
    orgs: memberships.map(({ org, role }) => ({
      type: 'org',
      id: org.id,
      name: org.name,
      fullname: org.fullname || org.name,
      email: null,
      isEnterprise: false,
      ...flags,
      roleInOrg: role,
    })),
    auth: { type: 'access_token', accessToken },
  };
}
