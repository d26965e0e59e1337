import type { HubContext } from '../context.ts';
import type { Actor, TokenScopes } from './actor.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { type TokenRole, toCredential } from './tokens.ts';

const cookieName = 'assay_session';

/** The session id that the request's cookie carries, or null. */
export function sessionCookieOf(request: Request): string | null {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  const found = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`));
  return found ? found.slice(cookieName.length + 1) || null : null;
}

/**
 * Opens a session for who logged in and returns the `Set-Cookie` value. One opened by a token may never do more than the
 * token, and ends when the token does.
 */
export async function openSession(
  ctx: HubContext,
  who: Pick<Actor, 'id' | 'token'>,
  secure: boolean,
): Promise<string> {
  const id = newSecret();
  const days = ctx.config.sessionDays;
  await ctx.db.query('DELETE FROM record.sessions WHERE expires_at < now()');
  await ctx.db.query(
    `INSERT INTO record.sessions (hash, account_id, token_id, expires_at)
     VALUES ($1, $2, $3, now() + make_interval(days => $4))`,
    [hashSecret(id), who.id, who.token?.id ?? null, days],
  );
  return toCookie(id, days * 86_400, secure);
}

/** Ends the session and returns the `Set-Cookie` value that makes the browser forget it. */
export async function closeSession(ctx: HubContext, id: string | null, secure: boolean): Promise<string> {
  if (id !== null) await ctx.db.query('DELETE FROM record.sessions WHERE hash = $1', [hashSecret(id)]);
  return toCookie('', 0, secure);
}

/** Whose session it is; null when it is unknown or has expired. */
export async function findSession(ctx: HubContext, id: string): Promise<Actor | null> {
  const row = await ctx.db.maybe<{
    id: string;
    name: string;
    is_admin: boolean;
    role: TokenRole;
    scopes: TokenScopes | null;
  }>(
    `SELECT a.id, a.name, a.is_admin, coalesce(t.role, 'write') AS role, t.scopes
       FROM record.sessions s JOIN record.accounts a ON a.id = s.account_id
       LEFT JOIN record.tokens t ON t.id = s.token_id
      WHERE s.hash = $1 AND s.expires_at > now() AND a.deleted_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > now())`,
    [hashSecret(id)],
  );
  return (
    row && { id: row.id, name: row.name, ...toCredential(row.role, row.scopes, row.is_admin), via: 'session' }
  );
}

function toCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return `${cookieName}=${value}; ${flags}`;
}
