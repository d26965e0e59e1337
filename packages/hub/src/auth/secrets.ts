import { createHash, randomBytes, randomInt } from 'node:crypto';

const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new access token: `hf_` (Hub clients refuse others) and 36 letters and digits, 214 bits. Shown once, never kept. */
export function newToken(): string {
  return `hf_${Array.from({ length: 36 }, () => base62[randomInt(base62.length)]).join('')}`;
}

/** A new session id or key of a one-time link: 256 bits, URL-safe. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret. A slow hash would buy nothing: these have 200 bits and more. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
