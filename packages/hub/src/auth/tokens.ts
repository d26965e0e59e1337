import { newId } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import { hashSecret, newToken } from './secrets.ts';

export interface TokenInfo {
  id: string;
  displayName: string;
  role: 'read' | 'write';
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

/** Makes a token and returns its secret, which is kept nowhere. With `secret` given, that one is used. */
export async function createToken(
  sql: Sql,
  accountId: string,
  token: { displayName: string; role: 'read' | 'write'; secret?: string; expiresAt?: Date },
): Promise<{ id: string; secret: string }> {
  const secret = token.secret ?? newToken();
  const id = newId();
  await sql.query(
    `INSERT INTO record.tokens (id, account_id, display_name, role, hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, accountId, token.displayName, token.role, hashSecret(secret), token.expiresAt ?? null],
  );
  return { id, secret };
}

/** The tokens of an account, newest first; never their secrets. */
export async function listTokens(sql: Sql, accountId: string): Promise<TokenInfo[]> {
  return sql.query<TokenInfo>(
    `SELECT id, display_name AS "displayName", role, created_at AS "createdAt", last_used_at AS "lastUsedAt",
            expires_at AS "expiresAt"
       FROM record.tokens WHERE account_id = $1 ORDER BY created_at DESC, id`,
    [accountId],
  );
}

/** Ends a token of this account; false when it has none of that id. */
export async function deleteToken(sql: Sql, accountId: string, id: string): Promise<boolean> {
  const gone = await sql.query('DELETE FROM record.tokens WHERE id = $1 AND account_id = $2 RETURNING id', [
    id,
    accountId,
  ]);
  return gone.length > 0;
}
