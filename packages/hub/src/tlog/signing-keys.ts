import { generateKeyPairSync } from 'node:crypto';
import { thumbprintOf } from '@assay/proof';
import type { Sql } from '../db/sql.ts';

export type KeyPurpose = 'log' | 'statement';

/** An Ed25519 key of this hub. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  id: string;
  publicKey: Uint8Array;
  /** 32 bytes. Never in an answer, never in a log line. */
  secretKey: Uint8Array;
}

/** The key that signs now, made when there is none; equal for all hubs of one database. */
export async function ensureSigningKey(db: Sql, purpose: KeyPurpose): Promise<SigningKey> {
  const read = () =>
    db.maybe<SigningKey>(
      `SELECT id, public_key AS "publicKey", secret_key AS "secretKey" FROM record.signing_keys
       WHERE purpose = $1 AND retired_at IS NULL AND revoked_at IS NULL`,
      [purpose],
    );
  const found = await read();
  if (found) return found;
  const made = makeKey();
  await db.query(
    `INSERT INTO record.signing_keys (id, purpose, public_key, secret_key) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [made.id, purpose, made.publicKey, made.secretKey],
  );
  const kept = await read();
  if (!kept) throw new Error(`the ${purpose} key that was just made is not there`);
  return kept;
}

function makeKey(): SigningKey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicKey = Buffer.from(jwk.x!, 'base64url');
  return { id: thumbprintOf(publicKey), publicKey, secretKey: Buffer.from(jwk.d!, 'base64url') };
}

/**
 * The keys that tokens and statements verify with, as RFC 7517 and 8037 have them; retired ones too, revoked ones not.
 * The log's own key is none of them: a checkpoint's signature must never pass for a token's.
 */
export async function readKeySet(db: Sql): Promise<{ keys: Record<string, string>[] }> {
  const rows = await db.query<{ id: string; publicKey: Buffer }>(
    `SELECT id, public_key AS "publicKey" FROM record.signing_keys
     WHERE purpose = 'statement' AND revoked_at IS NULL ORDER BY created_at, id`,
  );
  const keys = rows.map(({ id, publicKey }) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    x: publicKey.toString('base64url'),
    kid: id,
    use: 'sig',
    alg: 'EdDSA',
  }));
  return { keys };
}
