import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Actor } from './actor.ts';
import type { Peer } from './authenticate.ts';
import { verifyPassword } from './passwords.ts';

/**
 * Checks a name and a password. A wrong name and a wrong password look and last the same.
 * @throws HubError `login-failed`, `rate-limited`
 */
export async function logIn(
  ctx: HubContext,
  credentials: { name: string; password: string },
  peer: Peer | undefined,
): Promise<Actor> {
  const address = peer?.address ?? 'unknown';
  const wait = ctx.failures.waitSeconds(address);
  if (wait > 0)
    throw new HubError('rate-limited', 'too many failed logins from your address', {
      retryAfterSeconds: wait,
    });
  // Counted before it is known to be one: guesses sent all at once would else all be let in.
  ctx.failures.fail(address);
  const row = await ctx.db.maybe<{
    id: string;
    name: string;
    is_admin: boolean;
    password_hash: string | null;
  }>(
    `SELECT id, name, is_admin, password_hash FROM record.accounts
      WHERE lower(name) = lower($1) AND kind = 'user' AND deleted_at IS NULL`,
    [credentials.name],
  );
  const right = await verifyPassword(credentials.password.slice(0, 1_000), row?.password_hash ?? null);
  if (row && right) {
    ctx.failures.forgive(address);
    return { id: row.id, name: row.name, isAdmin: row.is_admin, role: 'write', via: 'session' };
  }
  throw new HubError('login-failed', 'the name or the password is not right');
}
