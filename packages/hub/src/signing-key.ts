import { randomBytes } from 'node:crypto';
import type { Db } from './db/sql.ts';

/** The key that signs short-lived URLs: made at first start, kept in the record, equal for all hubs of one database. */
export async function readSigningKey(db: Db): Promise<Buffer> {
  await db.query(
    `INSERT INTO record.settings (key, value) VALUES ('signing-key', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING`,
    [randomBytes(32).toString('hex')],
  );
  const { value } = await db.one<{ value: string }>(
    "SELECT value FROM record.settings WHERE key = 'signing-key'",
  );
  return Buffer.from(value, 'hex');
}
