import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import { toTokenScopes, toWireFineGrained } from '../auth/fine-grained.ts';
import { requireAccount } from '../auth/members.ts';
import { createToken, deleteToken, listTokens, type TokenInfo } from '../auth/tokens.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, optionalWord, readJsonObject } from '../http/request-body.ts';

const longestDays = 3_650;

/** Access tokens: made, listed and ended by their owner, and made by an administrator for others. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/tokens', async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    const tokens = await listTokens(ctx.db, actor.id);
    return c.json({ tokens: await Promise.all(tokens.map((token) => toPublic(ctx, token))) });
  });

  app.post('/api/assay/tokens', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    return c.json(await issueToken(ctx, actor, actor, await readJsonObject(c.req.raw, 1)), 201);
  });

  app.post('/api/assay/users/:name/tokens', async (c) => {
    const admin = requireAdmin(c.var.actor);
    const { id, name, isAdmin } = await requireAccount(ctx.db, c.req.param('name'), 'user');
    const owner: Actor = { id, name, isAdmin, role: 'write', via: 'token' };
    return c.json(await issueToken(ctx, admin, owner, await readJsonObject(c.req.raw, 1)), 201);
  });

  app.delete('/api/assay/tokens/:id', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    if (!(await deleteToken(ctx.db, actor.id, c.req.param('id'))))
      throw new HubError('not-found', 'no such token');
    await audit(ctx.db, actor, 'token-deleted', { token: c.req.param('id') });
    return c.json({});
  });
}

async function issueToken(
  ctx: HubContext,
  actor: Actor,
  owner: Actor,
  body: Record<string, unknown>,
): Promise<object> {
  const displayName = optionalText(body, 'displayName', 100) || 'token';
  const role = optionalWord(body, 'role', ['read', 'write', 'fineGrained']) ?? 'read';
  const scopes = role === 'fineGrained' ? await toTokenScopes(ctx, owner, body.fineGrained) : undefined;
  const expiresAt = expiryOf(ctx, body);
  const { id, secret } = await createToken(ctx.db, owner.id, { displayName, role, scopes, expiresAt });
  await audit(ctx.db, actor, 'token-created', { token: id, account: owner.id, role });
  return { id, displayName, role, expiresAt: expiresAt ?? null, token: secret };
}

/** `expiresInDays`; without it a token lasts until it is ended. */
function expiryOf(ctx: HubContext, { expiresInDays: days }: Record<string, unknown>): Date | undefined {
  if (days === undefined || days === null) return undefined;
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > longestDays)
    throw new HubError('invalid-input', `"expiresInDays" must be a whole number from 1 to ${longestDays}`);
  return new Date(ctx.clock().getTime() + days * 86_400_000);
}

async function toPublic(ctx: HubContext, { scopes, ...token }: TokenInfo): Promise<object> {
  return scopes ? { ...token, fineGrained: await toWireFineGrained(ctx.db, scopes) } : token;
}
