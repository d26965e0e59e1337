import { createPublicKey, type KeyObject, verify as verifyNatively } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseVerifierKey, type Trust, type VerifySignature } from '@assay/proof';
import { CliError } from './cli-error.ts';

export interface TrustFlags {
  vkey?: string[];
  witness?: string[];
  quorum?: number;
  trust?: string;
}

/** Whom the person at the keyboard believes: flags, and a JSON file `{ "logs": [], "witnesses": [], "quorum": 1 }`. */
export async function readTrust(flags: TrustFlags): Promise<Trust> {
  const file = flags.trust === undefined ? {} : await readTrustFile(flags.trust);
  const keys = (named: string[]) => named.map((text) => parseVerifierKey(text.trim()));
  const quorum = flags.quorum ?? file.quorum;
  return {
    logs: keys([...(file.logs ?? []), ...(flags.vkey ?? [])]),
    witnesses: keys([...(file.witnesses ?? []), ...(flags.witness ?? [])]),
    ...(quorum !== undefined && { quorum }),
    verify: createRememberingVerifier(verifyWithOpenssl),
  };
}

interface TrustFile {
  logs?: string[];
  witnesses?: string[];
  quorum?: number;
}

async function readTrustFile(path: string): Promise<TrustFile> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as TrustFile;
    for (const list of [value.logs ?? [], value.witnesses ?? []])
      if (!Array.isArray(list) || list.some((key) => typeof key !== 'string'))
        throw new Error('not a list of keys');
    return value;
  } catch (cause) {
    throw new CliError('usage', `${path} names no trusted keys: ${(cause as Error).message}`, {
      hint: 'It reads {"logs": ["NAME+HASH+KEY"], "witnesses": [], "quorum": 1}.',
    });
  }
}

/** Keys, and signatures that held, that are kept at most: strangers' bundles may each bring others. */
const remembered = 1_000;

const keys = new Map<string, KeyObject>();

/** OpenSSL's Ed25519: some twenty times as fast as the one that runs anywhere. */
export const verifyWithOpenssl: VerifySignature = (signature, message, publicKey) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = keys.get(x) ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (keys.size >= remembered) keys.clear();
  keys.set(x, key);
  return signature.length === 64 && verifyNatively(null, message, key, signature);
};

/**
 * The same, remembering what held: a thousand results of one log stand under one checkpoint, and its signatures hold for
 * all of them. What is remembered is the very bytes: signature, key and message.
 */
export function createRememberingVerifier(verify: VerifySignature): VerifySignature {
  const held = new Set<string>();
  return (signature, message, publicKey) => {
    const bytes = Buffer.concat([signature, publicKey, message]).toString('latin1');
    const known = `${signature.length} ${publicKey.length} ${bytes}`;
    if (held.has(known)) return true;
    const holds = verify(signature, message, publicKey);
    if (holds && held.size >= remembered) held.clear();
    if (holds) held.add(known);
    return holds;
  };
}
