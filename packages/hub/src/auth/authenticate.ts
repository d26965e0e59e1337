import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Actor, TokenScopes } from './actor.ts';
import { assertSameOrigin } from './same-origin.ts';
import { hashSecret } from './secrets.ts';
import { findSession, sessionCookieOf } from './sessions.ts';
import { type TokenRole, toCredential } from './tokens.ts';

/** Where a request came from, as far as the server knows. */
export interface Peer {
  /** Address of the client, for limits. */
  address: string;
  /** Asked by the pages in this process, which have checked the request's origin themselves. */
  inProcess?: boolean;
}

const unknownPeer: Peer = { address: 'unknown' };

/**
 * Who asks: by token (`Bearer`, or `Basic` with the token as password or, without one, as user), else by session cookie,
 * else nobody (null).
 * @throws HubError `bad-credentials`, `rate-limited` (too many bad ones from this address), `cross-origin`
 */
export async function authenticate(
  ctx: HubContext,
  request: Request,
  peer: Peer = unknownPeer,
): Promise<Actor | null> {
  const header = request.headers.get('authorization');
  if (header !== null) {
    const token = parseAuthorization(header);
    const actor = token === null ? null : await findByToken(ctx, token);
    if (actor) return actor;
    throw refuse(ctx, peer);
  }
  const cookie = sessionCookieOf(request);
  const actor = cookie === null ? null : await findSession(ctx, cookie);
  if (actor && !peer.inProcess) assertSameOrigin(ctx, request);
  return actor;
}

function refuse(ctx: HubContext, peer: Peer): HubError {
  const wait = ctx.failures.waitSeconds(peer.address);
  ctx.failures.fail(peer.address);
  if (wait > 0) {
    return new HubError('rate-limited', 'too many bad credentials from your address', {
      retryAfterSeconds: wait,
    });
  }
  // Clients compare this sentence; with another one they would say that the repo does not exist.
  return new HubError('bad-credentials', 'Invalid credentials in Authorization header');
}

/** The token in an Authorization header, or null when the header holds none. Pure. */
function parseAuthorization(header: string): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(header);
  if (bearer) return bearer[1]!;
  const basic = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header);
  if (!basic) return null;
  const [user, ...rest] = Buffer.from(basic[1]!, 'base64').toString('utf8').split(':');
  return rest.join(':') || user || null;
}

interface TokenRow {
  token_id: string;
  display_name: string;
  role: TokenRole;
  scopes: TokenScopes | null;
  token_created_at: Date;
  stale: boolean;
  id: string;
  name: string;
  is_admin: boolean;
}

async function findByToken(ctx: HubContext, token: string): Promise<Actor | null> {
  const row = await ctx.db.maybe<TokenRow>(
    `SELECT t.id AS token_id, t.display_name, t.role, t.scopes, t.created_at AS token_created_at, a.id, a.name, a.is_admin,
            coalesce(t.last_used_at < now() - interval '1 minute', true) AS stale
       FROM record.tokens t JOIN record.accounts a ON a.id = t.account_id
      WHERE t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND a.deleted_at IS NULL`,
    [hashSecret(token)],
    'kept',
  );
  if (!row) return null;
  // At most one write a minute for a token, however busy its owner is.
  if (row.stale)
    await ctx.db.query('UPDATE record.tokens SET last_used_at = now() WHERE id = $1', [row.token_id]);
  return {
    id: row.id,
    name: row.name,
    ...toCredential(row.role, row.scopes, row.is_admin),
    via: 'token',
    token: { id: row.token_id, displayName: row.display_name, createdAt: row.token_created_at },
  };
}

/**
 * @param need `read`: any credential. `account`: one that stands for the whole account, to read. `write`: the same, to change.
 * @throws HubError `login-required` when nobody is logged in, `forbidden` for a token that may not
 */
export function requireActor(actor: Actor | null, need: 'read' | 'account' | 'write' = 'read'): Actor {
  if (!actor) throw new HubError('login-required', 'this needs a token or a login');
  if (need !== 'read' && actor.scopes) {
    throw new HubError(
      'forbidden',
      'a fine-grained token opens repos only; use one with the role read or write',
    );
  }
  if (need === 'write' && actor.role !== 'write') {
    throw new HubError('forbidden', 'this token may only read; use one with the role write');
  }
  return actor;
}

/** @throws HubError `login-required`, `forbidden` */
export function requireAdmin(actor: Actor | null): Actor {
  const who = requireActor(actor, 'write');
  if (!who.isAdmin) throw new HubError('forbidden', 'only an administrator may do this');
  return who;
}
