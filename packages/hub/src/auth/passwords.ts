import * as crypto from 'node:crypto';
import { promisify } from 'node:util';
import { HubError } from '../errors.ts';

/** argon2id with 19 MiB and two passes: the floor that OWASP's password storage cheat sheet gives. About 60 ms here. */
const argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const scryptCost = { N: 2 ** 15, r: 8, p: 3, maxmem: 128 * 2 ** 20 };
const hashLength = 32;

/** Hashes a password for `record.accounts`, in the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);
  if (typeof crypto.argon2 === 'function') {
    const hash = await argon2(password, salt);
    const { memory, passes, parallelism } = argon2Cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`;
  }
  return `$scrypt$ln=15,r=8,p=3$${encode(salt)}$${encode(await scrypt(password, salt))}`;
}

/** Whether the password is the one that was hashed. With `stored` null it takes as long and is false. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, scheme, ...fields] = (stored ?? (await decoy())).split('$');
  const [salt, hash] = fields.slice(-2).map((field) => Buffer.from(field, 'base64')) as [Buffer, Buffer];
  const again = scheme === 'argon2id' ? await argon2(password, salt) : await scrypt(password, salt);
  return crypto.timingSafeEqual(again, hash) && stored !== null;
}

/** @throws HubError `invalid-input` */
export function assertPasswordAllowed(password: string): void {
  if (password.length >= 10 && password.length <= 1_000) return;
  throw new HubError('invalid-input', 'a password must have 10 to 1000 characters');
}

let decoyHash: Promise<string> | undefined;
/** A hash of nothing in particular, so that an unknown name costs as much time as a known one. */
function decoy(): Promise<string> {
  decoyHash ??= hashPassword(crypto.randomBytes(16).toString('hex'));
  return decoyHash;
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

async function argon2(password: string, salt: Buffer): Promise<Buffer> {
  const parameters = { message: password, nonce: salt, tagLength: hashLength, ...argon2Cost };
  return promisify(crypto.argon2)('argon2id', parameters);
}

async function scrypt(password: string, salt: Buffer): Promise<Buffer> {
  const derive = promisify<string, Buffer, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);
  return derive(password, salt, hashLength, scryptCost);
}
