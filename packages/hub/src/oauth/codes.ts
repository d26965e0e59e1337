import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenScopes } from '../auth/actor.ts';
import { hashSecret, newSecret, newToken } from '../auth/secrets.ts';
import { createToken } from '../auth/tokens.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';

/** How long a code waits for its app, and how long the token lasts. */
const codeSeconds = 120;
export const tokenSeconds = 8 * 3_600;

interface NewCode {
  appId: string;
  accountId: string;
  redirectUri: string;
  /** PKCE's S256; null for an app with a secret that sent none. */
  challenge: string | null;
  nonce: string | null;
  oauthScope: string;
  scopes: TokenScopes;
}

/** Keeps a person's yes and returns the code that stands for it. */
export async function insertCode(sql: Sql, code: NewCode): Promise<string> {
  const secret = newSecret();
  await sql.query('DELETE FROM record.oauth_codes WHERE expires_at < now()');
  await sql.query(
    `INSERT INTO record.oauth_codes
       (code_hash, app_id, account_id, redirect_uri, challenge, nonce, oauth_scope, scopes, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`,
    [
      hashSecret(secret),
      code.appId,
      code.accountId,
      code.redirectUri,
      code.challenge,
      code.nonce,
      code.oauthScope,
      JSON.stringify(code.scopes),
      codeSeconds,
    ],
  );
  return secret;
}

/** What an app sends to change a code for a token. It need not name itself: the code knows whose it is. */
export interface Redemption {
  code: string;
  redirectUri: string;
  verifier: string | null;
  clientId: string | null;
  clientSecret: string | null;
}

export type Redeemed =
  | { ok: false; fault: 'invalid_grant' | 'invalid_client' }
  | {
      ok: true;
      accessToken: string;
      accountId: string;
      appId: string;
      nonce: string | null;
      oauthScope: string;
    };

interface CodeRow extends NewCode {
  appName: string;
  secretHash: Buffer | null;
  late: boolean;
  used: boolean;
  tokenId: string | null;
}

/**
 * Changes a code for a token, once. Whoever tries a code and fails has used it up; who comes with a used one ends the
 * token that it gave, as one of the two has stolen it (RFC 6749, section 4.1.2).
 */
export async function redeemCode(ctx: HubContext, sent: Redemption): Promise<Redeemed> {
  return ctx.db.tx(async (tx) => {
    const hash = hashSecret(sent.code);
    const row = await tx.maybe<CodeRow>(
      `SELECT c.app_id AS "appId", c.account_id AS "accountId", c.redirect_uri AS "redirectUri", c.challenge, c.nonce,
              c.oauth_scope AS "oauthScope", c.scopes, c.expires_at <= now() AS late, c.used, c.token_id AS "tokenId",
              p.name AS "appName", p.secret_hash AS "secretHash"
         FROM record.oauth_codes c JOIN record.oauth_apps p ON p.id = c.app_id
         JOIN record.accounts a ON a.id = c.account_id AND a.deleted_at IS NULL
        WHERE c.code_hash = $1 FOR UPDATE OF c`,
      [hash],
    );
    if (!row) return { ok: false, fault: 'invalid_grant' };
    if (row.used) {
      await tx.query('DELETE FROM record.tokens WHERE id = $1', [row.tokenId]);
      return { ok: false, fault: 'invalid_grant' };
    }
    await tx.query('UPDATE record.oauth_codes SET used = true WHERE code_hash = $1', [hash]);
    const fault = faultOf(row, sent);
    if (fault) return { ok: false, fault };
    const token = await insertToken(ctx, tx, row);
    await tx.query('UPDATE record.oauth_codes SET token_id = $2 WHERE code_hash = $1', [hash, token.id]);
    const { accountId, appId, nonce, oauthScope } = row;
    return { ok: true, accessToken: token.secret, accountId, appId, nonce, oauthScope };
  });
}

function faultOf(row: CodeRow, sent: Redemption): 'invalid_grant' | 'invalid_client' | null {
  if (sent.clientId !== null && sent.clientId !== row.appId) return 'invalid_grant';
  if (row.secretHash && !isSame(hashSecret(sent.clientSecret ?? ''), row.secretHash)) return 'invalid_client';
  if (row.late || sent.redirectUri !== row.redirectUri) return 'invalid_grant';
  if (row.challenge === null) return sent.verifier === null ? null : 'invalid_grant';
  if (sent.verifier === null || !/^[A-Za-z0-9._~-]{43,128}$/.test(sent.verifier)) return 'invalid_grant';
  const challenge = createHash('sha256').update(sent.verifier).digest();
  return isSame(challenge, Buffer.from(row.challenge, 'base64url')) ? null : 'invalid_grant';
}

const isSame = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other);

/** The app's earlier tokens for this person that have ended go, so that the list of tokens stays short. */
async function insertToken(ctx: HubContext, tx: Sql, row: CodeRow): Promise<{ id: string; secret: string }> {
  await tx.query('DELETE FROM record.tokens WHERE account_id = $1 AND app_id = $2 AND expires_at < now()', [
    row.accountId,
    row.appId,
  ]);
  const made = await createToken(tx, row.accountId, {
    displayName: row.appName,
    role: 'fineGrained',
    scopes: row.scopes,
    expiresAt: new Date(ctx.clock().getTime() + tokenSeconds * 1000),
    // Clients look at the first three letters; people know by the rest where it came from.
    secret: newToken().replace(/^hf_/, 'hf_oauth_'),
  });
  await tx.query('UPDATE record.tokens SET app_id = $2, oauth_scope = $3 WHERE id = $1', [
    made.id,
    row.appId,
    row.oauthScope,
  ]);
  return made;
}
