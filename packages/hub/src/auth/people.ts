import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';
import { requireAccount } from './members.ts';
import { assertPasswordAllowed, hashPassword, verifyPassword } from './passwords.ts';

export interface Person {
  id: string;
  name: string;
  fullname: string;
  email: string | null;
  isAdmin: boolean;
  /** Closed accounts keep their name, and can do nothing. */
  closed: boolean;
  createdAt: Date;
  /** The newest use of a token, or login. */
  seenAt: Date | null;
}

/** People by name, closed accounts too; `after` is the last name of the page before. */
export async function listPeople(
  sql: Sql,
  wish: { search: string; after: string; limit: number },
): Promise<Person[]> {
  return sql.query<Person>(
    `SELECT a.id, a.name, a.fullname, a.email, a.is_admin AS "isAdmin", a.deleted_at IS NOT NULL AS closed,
            a.created_at AS "createdAt",
            greatest((SELECT max(last_used_at) FROM record.tokens WHERE account_id = a.id),
                     (SELECT max(created_at) FROM record.sessions WHERE account_id = a.id)) AS "seenAt"
       FROM record.accounts a
      WHERE a.kind = 'user' AND lower(a.name) > lower($1) AND (a.name ILIKE $2 OR a.fullname ILIKE $2)
      ORDER BY lower(a.name) LIMIT $3`,
    [wish.after, `%${wish.search.replace(/[\\%_]/g, '\\$&')}%`, wish.limit],
  );
}

/** Makes somebody an administrator of the hub, or not. @throws HubError `not-found`, `conflict` for the last one */
export async function setAdministrator(
  ctx: HubContext,
  actor: Actor,
  name: string,
  isAdmin: boolean,
): Promise<void> {
  const user = await requireAccount(ctx.db, name, 'user');
  await ctx.db.tx(async (tx) => {
    await tx.query('UPDATE record.accounts SET is_admin = $2 WHERE id = $1', [user.id, isAdmin]);
    await assertAdministered(tx);
    await audit(tx, actor, 'administrator-changed', { account: user.id, isAdmin });
  });
}

/**
 * Closes an account: its tokens and sessions end at once, its memberships too. Repos, discussions and acts stay, and the
 * name is not given to another.
 * @throws HubError `not-found`, `conflict` for the last administrator
 */
export async function closeAccount(ctx: HubContext, actor: Actor, name: string): Promise<void> {
  const user = await requireAccount(ctx.db, name, 'user');
  await ctx.db.tx(async (tx) => {
    await tx.query('UPDATE record.accounts SET deleted_at = now() WHERE id = $1', [user.id]);
    await assertAdministered(tx);
    for (const table of ['tokens', 'sessions', 'identities', 'webhooks', 'oauth_apps'])
      await tx.query(`DELETE FROM record.${table} WHERE account_id = $1`, [user.id]);
    await tx.query('DELETE FROM record.memberships WHERE user_id = $1', [user.id]);
    await audit(tx, actor, 'account-closed', { account: user.id });
  });
}

/** Administrators are changed one after the other, so that two who remove each other do not both succeed. */
async function assertAdministered(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['assay:first-administrator']);
  const left = await tx.maybe('SELECT 1 FROM record.accounts WHERE is_admin AND deleted_at IS NULL LIMIT 1');
  if (!left) throw new HubError('conflict', 'the hub would have no administrator');
}

/**
 * Changes one's password; other sessions end, tokens stay.
 * @throws HubError `login-failed` when the current one is wrong, `invalid-input`
 */
export async function changePassword(
  ctx: HubContext,
  actor: Actor,
  passwords: { current: string; next: string },
): Promise<void> {
  assertPasswordAllowed(passwords.next);
  const row = await ctx.db.one<{ password_hash: string | null }>(
    'SELECT password_hash FROM record.accounts WHERE id = $1',
    [actor.id],
  );
  const right = row.password_hash === null || (await verifyPassword(passwords.current, row.password_hash));
  if (!right) throw new HubError('login-failed', 'the current password is not right');
  const hash = await hashPassword(passwords.next);
  await ctx.db.tx(async (tx) => {
    await tx.query('UPDATE record.accounts SET password_hash = $2 WHERE id = $1', [actor.id, hash]);
    await tx.query('DELETE FROM record.sessions WHERE account_id = $1 AND token_id IS NULL', [actor.id]);
    await audit(tx, actor, 'password-changed', {});
  });
}
