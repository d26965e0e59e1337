import { newId } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import type { Actor, TokenScopes } from './actor.ts';
import { hashSecret, newToken } from './secrets.ts';

export type TokenRole = 'read' | 'write' | 'fineGrained';

export interface TokenInfo {
  id: string;
  displayName: string;
  role: TokenRole;
  /** Of a fine-grained one. */
  scopes: TokenScopes | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

/** Pure: what a token makes of its owner. A fine-grained one opens its places, and no administration. */
export function toCredential(
  role: TokenRole,
  scopes: TokenScopes | null,
  isAdmin: boolean,
): Pick<Actor, 'role' | 'isAdmin' | 'scopes'> {
  if (role !== 'fineGrained') return { role, isAdmin };
  return { role: 'read', isAdmin: false, scopes: scopes ?? { everywhere: [], gated: false, places: [] } };
}

export interface NewToken {
  displayName: string;
  role: TokenRole;
  /** Of a fine-grained one. */
  scopes?: TokenScopes;
  expiresAt?: Date;
  /** Instead of a fresh one. */
  secret?: string;
}

/** Makes a token and returns its secret, which is kept nowhere. With `secret` given, that one is used. */
export async function createToken(
  sql: Sql,
  accountId: string,
  token: NewToken,
): Promise<{ id: string; secret: string }> {
  const secret = token.secret ?? newToken();
  const id = newId();
  await sql.query(
    `INSERT INTO record.tokens (id, account_id, display_name, role, hash, scopes, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      accountId,
      token.displayName,
      token.role,
      hashSecret(secret),
      token.scopes ? JSON.stringify(token.scopes) : null,
      token.expiresAt ?? null,
    ],
  );
  return { id, secret };
}

/** The tokens of an account, newest first; never their secrets. */
export async function listTokens(sql: Sql, accountId: string): Promise<TokenInfo[]> {
  return sql.query<TokenInfo>(
    `SELECT id, display_name AS "displayName", role, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt",
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
