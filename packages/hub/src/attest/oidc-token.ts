import { type KeyObject, verify } from 'node:crypto';
import { HubError } from '../errors.ts';
import { type PublicJwk, toKeyObject } from './public-jwk.ts';

/** Clocks may differ by so much, in seconds. */
const leeway = 60;

export interface OidcExpectation {
  /** `iss` that the token must have. */
  issuer: string;
  /** `sub` that it must have; a `*` at the end stands for anything. */
  subject: string;
  /** `aud` that it must have, or hold. */
  audience: string;
  keys: PublicJwk[];
  now: Date;
}

/**
 * Checks a CI system's ID token: who signed it, for whom, about what, and that it has not expired.
 * @throws HubError `invalid-input` naming what is wrong
 */
export function assertOidcToken(token: string, wanted: OidcExpectation): { kid: string; subject: string } {
  const { header, claims, signed, signature } = parse(token);
  const jwk = wanted.keys.find(({ kid }) => kid === header.kid);
  if (!jwk) throw refusal(`no key ${String(header.kid)} of this issuer is known here`);
  if (!holds(String(header.alg), toKeyObject(jwk), signed, signature))
    throw refusal('its signature does not hold');
  const { iss, sub, aud, exp, nbf, iat } = claims;
  const now = wanted.now.getTime() / 1000;
  if (iss !== wanted.issuer) throw refusal(`it was issued by ${String(iss)}`);
  if (typeof sub !== 'string' || !matches(sub, wanted.subject))
    throw refusal(`its subject is ${String(sub)}`);
  if (!(Array.isArray(aud) ? aud : [aud]).includes(wanted.audience))
    throw refusal(`its audience is not ${wanted.audience}`);
  if (typeof exp !== 'number' || exp < now - leeway) throw refusal('it has expired');
  const begins = typeof nbf === 'number' ? nbf : iat;
  if (typeof begins !== 'number' || begins > now + leeway) throw refusal('it is not valid yet');
  return { kid: jwk.kid, subject: sub };
}

const refusal = (why: string) => new HubError('invalid-input', `the token does not verify: ${why}`);

function matches(subject: string, pattern: string): boolean {
  return pattern.endsWith('*') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}

/** The algorithm must fit the key: a public key must never be taken for a shared secret. */
function holds(alg: string, key: KeyObject, signed: string, signature: Buffer): boolean {
  const kind = key.asymmetricKeyType;
  const data = Buffer.from(signed);
  if (alg === 'RS256' && kind === 'rsa') return verify('sha256', data, key, signature);
  if (alg === 'ES256' && kind === 'ec')
    return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (alg === 'EdDSA' && kind === 'ed25519') return verify(null, data, key, signature);
  return false;
}

function parse(token: string) {
  const [header = '', body = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || signature === '' || !/^[\w.-]+$/.test(token)) throw refusal('it is no compact JWS');
  try {
    const read = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
    const bytes = Buffer.from(signature, 'base64url');
    return { header: read(header), claims: read(body), signed: `${header}.${body}`, signature: bytes };
  } catch {
    throw refusal('it is no compact JWS');
  }
}
