import { createNoteKey, formatVerifierKey, type NoteKey } from '@assay/proof';
import type { Sql } from '../db/sql.ts';
import type { Logger } from '../logger.ts';
import { ensureSigningKey } from './signing-keys.ts';

/** Who the log is: fixed at first start, for ever. */
export interface LogIdentity {
  /** First line of every checkpoint, and name of its key: `hub.example.org/tlog`. */
  origin: string;
  key: NoteKey;
  /** The key as text, for those who check: NAME+HASH+BASE64. */
  verifierKey: string;
  secretKey: Uint8Array;
}

/** Reads the log's name and key; the first start makes both. The name is the public URL's host, or one nobody else has. */
export async function readIdentity(
  db: Sql,
  publicUrl: string | undefined,
  log: Logger,
): Promise<LogIdentity> {
  const { id, publicKey, secretKey } = await ensureSigningKey(db, 'log');
  const named = publicUrl && `${new URL(publicUrl).host}/tlog`;
  const unnamed = `${Buffer.from(id, 'base64url').toString('hex').slice(0, 16)}.invalid/tlog`;
  await db.query(
    `INSERT INTO record.settings (key, value) VALUES ('tlog-origin', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING`,
    [named ?? unnamed],
  );
  const { value: origin } = await db.one<{ value: string }>(
    "SELECT value FROM record.settings WHERE key = 'tlog-origin'",
  );
  if (named && named !== origin)
    log.warn('the transparency log keeps the name of its first start', { origin, publicUrl });
  const key = createNoteKey(origin, publicKey);
  return { origin, key, verifierKey: formatVerifierKey(key), secretKey };
}
