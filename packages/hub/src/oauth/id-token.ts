import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import type { HubContext } from '../context.ts';
import { tokenSeconds } from './codes.ts';

const place = 'oauth id tokens';

interface IdTokenKey {
  key: KeyObject;
  /** The public half, as `/oauth/jwks` tells it. */
  jwk: JWK & { kid: string };
}

/**
 * The key that signs id tokens: made when first needed, sealed in the record, one for all hubs of a database. RSA, as every
 * OpenID Connect client can check that. It is not the key of statements, so that no login ever passes for a result.
 */
export async function readIdTokenKey(ctx: HubContext): Promise<IdTokenKey> {
  const find = () =>
    ctx.db.maybe<{ value: string }>("SELECT value FROM record.settings WHERE key = 'oauth-key'");
  const row = (await find()) ?? (await makeKey(ctx).then(find));
  const key = createPrivateKey(ctx.secrets.open(Buffer.from(row!.value, 'base64'), place));
  const jwk = await exportJWK(createPublicKey(key));
  return { key, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' } };
}

async function makeKey(ctx: HubContext): Promise<void> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await ctx.db.query(
    `INSERT INTO record.settings (key, value) VALUES ('oauth-key', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING`,
    [ctx.secrets.seal(pem, place).toString('base64')],
  );
}

/** What an id token is about; times are those of the hub's clock. */
export interface IdTokenFacts {
  issuer: string;
  clientId: string;
  nonce: string | null;
  accessToken: string;
  claims: { sub: string };
}

/** Signs who logged in, for one app (OpenID Connect Core, section 2). */
export async function signIdToken(ctx: HubContext, facts: IdTokenFacts): Promise<string> {
  const { key, jwk } = await readIdTokenKey(ctx);
  const now = Math.floor(ctx.clock().getTime() / 1000);
  // Binds the access token that came along: the left half of its hash.
  const atHash = createHash('sha256')
    .update(facts.accessToken)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
  return new SignJWT({
    ...facts.claims,
    at_hash: atHash,
    ...(facts.nonce !== null && { nonce: facts.nonce }),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: jwk.kid })
    .setIssuer(facts.issuer)
    .setAudience(facts.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + tokenSeconds)
    .sign(key);
}
