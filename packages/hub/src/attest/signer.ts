import { execFile } from 'node:child_process';
import { createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { thumbprintOf, verifyStrictly } from '@assay/proof';
import type { Config } from '../config/load-config.ts';
import { HubError } from '../errors.ts';

/** A key that signs; where its secret half is, is its own affair. */
export interface Signer {
  /** RFC 7638 thumbprint. */
  id: string;
  publicKey: Uint8Array;
  held: 'database' | 'file' | 'command';
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The key that the settings name, read anew each time so that a replaced file is seen; null: the database holds it. */
export async function openOutsideSigner(config: Config): Promise<Signer | null> {
  const { statementKeyFile: file, statementKeyCommand: command } = config;
  if (command) return openCommandSigner(command);
  if (!file) return null;
  const pem = await readFile(file, 'utf8').catch((cause) => {
    throw new HubError('invalid-input', `the key file ${file} of ASSAY_STATEMENT_KEY_FILE cannot be read`, {
      cause,
    });
  });
  return toPemSigner(pem, file);
}

/** @param seed 32 bytes */
export function toSeedSigner(seed: Uint8Array, publicKey: Uint8Array): Signer {
  const members = { kty: 'OKP', crv: 'Ed25519', d: toText(seed), x: toText(publicKey) };
  const key = createPrivateKey({ key: members, format: 'jwk' });
  return {
    id: thumbprintOf(publicKey),
    publicKey,
    held: 'database',
    sign: async (message) => signWith(null, message, key),
  };
}

function toPemSigner(pem: string, file: string): Signer {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('another kind of key');
    const publicKey = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x!, 'base64url');
    return {
      id: thumbprintOf(publicKey),
      publicKey,
      held: 'file',
      sign: async (message) => signWith(null, message, key),
    };
  } catch {
    // The cause might quote the file.
    throw new HubError('invalid-input', `${file} holds no Ed25519 private key in PEM`, {
      hint: 'openssl genpkey -algorithm ed25519 -out FILE',
    });
  }
}

async function openCommandSigner(command: string): Promise<Signer> {
  const publicKey = await ask(command, 'public', '');
  if (publicKey.length !== 32)
    throw new HubError(
      'invalid-input',
      `${command} public: printed ${publicKey.length} bytes, an Ed25519 key has 32`,
    );
  return {
    id: thumbprintOf(publicKey),
    publicKey,
    held: 'command',
    async sign(message) {
      const signature = await ask(command, 'sign', Buffer.from(message).toString('base64'));
      if (!verifyStrictly(signature, message, publicKey))
        throw new HubError('invalid-input', `${command} sign: the signature does not fit its public key`);
      return signature;
    },
  };
}

const commandTimeoutMs = 30_000;

/** Runs without a shell; the program's own words stay out of messages, as they might hold a secret. */
function ask(command: string, what: 'public' | 'sign', input: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, [what], { timeout: commandTimeoutMs }, (error, stdout) => {
      if (error)
        reject(new HubError('invalid-input', `${command} ${what}: failed (${error.code ?? error.signal})`));
      else resolve(Buffer.from(stdout.trim(), 'base64'));
    });
    child.stdin?.on('error', () => {}); // it may end without reading
    child.stdin?.end(`${input}\n`);
  });
}

const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
