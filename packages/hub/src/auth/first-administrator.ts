import type { Db, Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type Account, createAccount, findAccount } from './accounts.ts';
import { audit } from './audit.ts';
import { assertPasswordAllowed, hashPassword } from './passwords.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { createToken } from './tokens.ts';

const adminName = 'admin';
const tokenName = 'ASSAY_ADMIN_TOKEN';

/**
 * Called at every start. With a configured token: the administrator `admin` exists and has it (and no earlier one).
 * Without: as long as there is no administrator, a new one-time key is made, which ends the one before.
 * @returns the key for `/setup?key=…`, or null when none is needed
 */
export async function ensureFirstAdministrator(
  db: Db,
  adminToken: string | undefined,
): Promise<string | null> {
  return db.tx(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['assay:first-administrator']);
    if (adminToken !== undefined) await ensureAdminToken(tx, adminToken);
    if (await tx.maybe('SELECT 1 FROM record.accounts WHERE is_admin AND deleted_at IS NULL LIMIT 1'))
      return null;
    const key = newSecret();
    await tx.query("DELETE FROM record.one_time_links WHERE purpose = 'first-administrator'");
    await tx.query(
      `INSERT INTO record.one_time_links (hash, purpose, expires_at)
       VALUES ($1, 'first-administrator', now() + interval '7 days')`,
      [hashSecret(key)],
    );
    return key;
  });
}

async function ensureAdminToken(tx: Sql, secret: string): Promise<void> {
  const hash = hashSecret(secret);
  const holder = await tx.maybe(
    `SELECT 1 FROM record.tokens t JOIN record.accounts a ON a.id = t.account_id WHERE t.hash = $1 AND a.is_admin`,
    [hash],
  );
  if (holder) return;
  const admin =
    (await findAccount(tx, adminName)) ??
    (await createAccount(tx, { kind: 'user', name: adminName, isAdmin: true }));
  await tx.query('UPDATE record.accounts SET is_admin = true WHERE id = $1', [admin.id]);
  await tx.query('DELETE FROM record.tokens WHERE account_id = $1 AND display_name = $2', [
    admin.id,
    tokenName,
  ]);
  await createToken(tx, admin.id, { displayName: tokenName, role: 'write', secret });
}

/**
 * Uses the one-time key: makes the first administrator.
 * @throws HubError `forbidden` when the key is wrong, used or too old; `invalid-input`; `account-exists`
 */
export async function setUpFirstAdministrator(
  db: Db,
  request: { key: string; name: string; password: string },
): Promise<Account> {
  assertPasswordAllowed(request.password);
  const passwordHash = await hashPassword(request.password);
  return db.tx(async (tx) => {
    const link = await tx.maybe(
      `UPDATE record.one_time_links SET used_at = now()
        WHERE hash = $1 AND purpose = 'first-administrator' AND used_at IS NULL AND expires_at > now() RETURNING hash`,
      [hashSecret(request.key)],
    );
    if (!link) {
      throw new HubError('forbidden', 'this link was used, has expired or is not right', {
        hint: 'As long as there is no administrator, every start of the hub prints a new one.',
      });
    }
    const account = await createAccount(tx, {
      kind: 'user',
      name: request.name,
      isAdmin: true,
      passwordHash,
    });
    await audit(tx, null, 'first-administrator', { account: account.id });
    return account;
  });
}
