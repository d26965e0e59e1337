import { randomFillSync } from 'node:crypto';

/** No look-alikes (0 O 1 I l): these ids are read aloud and typed. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 22;
const pool = Buffer.alloc(LENGTH * 256);
let used = pool.length;

/** 22 characters, 128 random bits: the form of id that Inspect's logs carry. */
export function newShortId(): string {
  if (used + LENGTH > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = '';
  for (const byte of pool.subarray(used, used + LENGTH)) id += ALPHABET[byte % ALPHABET.length];
  used += LENGTH;
  return id;
}
