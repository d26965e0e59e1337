import type { Db } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type Account, createAccount, findAccountById } from './accounts.ts';
import type { Actor } from './actor.ts';

const names = ['assay-bot', 'assay-bot-2', 'assay-bot-3', 'assay-bot-4', 'assay-bot-5'];

/**
 * The hub's own account, which opens the pull requests of jobs. Made when it is first needed; it has no password and no
 * token, so nobody can log in as it. A user who took its name before keeps it.
 */
export async function ensureBot(db: Db): Promise<Actor> {
  const account = await db.tx(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['assay:bot-account']);
    const known = await tx.maybe<{ value: string }>(
      "SELECT value FROM record.settings WHERE key = 'bot-account'",
    );
    const found = known && (await findAccountById(tx, known.value));
    if (found) return found;
    const taken = await tx.query<{ name: string }>(
      'SELECT lower(name) AS name FROM record.accounts WHERE lower(name) = ANY($1)',
      [names],
    );
    const name = names.find((one) => !taken.some((row) => row.name === one));
    if (!name) throw new HubError('account-exists', 'every name for the account of the hub itself is taken');
    const made: Account = await createAccount(tx, { kind: 'user', name, fullname: 'Assay' });
    await tx.query(
      `INSERT INTO record.settings (key, value) VALUES ('bot-account', to_jsonb($1::text))
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [made.id],
    );
    return made;
  });
  return { id: account.id, name: account.name, isAdmin: false, role: 'write', via: 'token' };
}
