import { createPublicKey } from 'node:crypto';
import { HubError } from '../errors.ts';

/** A public key as a JWKS has it. */
export interface PublicJwk {
  kid: string;
  kty: string;
  [member: string]: unknown;
}

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/** @throws HubError `invalid-input` for what is no public key, or holds a secret half */
export function assertPublicKeys(keys: readonly PublicJwk[]): void {
  for (const jwk of keys) {
    if (secretMembers.some((member) => member in jwk))
      throw new HubError('invalid-input', 'a key holds its secret half: send public keys only');
    if (typeof jwk.kid !== 'string' || jwk.kid === '' || jwk.kid.length > 200)
      throw new HubError('invalid-input', 'each key needs a "kid" of at most 200 characters');
    toKeyObject(jwk);
  }
}

export function toKeyObject(jwk: PublicJwk) {
  try {
    return createPublicKey({ key: jwk as Record<string, string>, format: 'jwk' });
  } catch (cause) {
    throw new HubError('invalid-input', `the key ${jwk.kid} is no public key`, { cause });
  }
}
