import { randomFillSync } from 'node:crypto';

/** No look-alikes (0 O 1 I l): these ids are read aloud and typed. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const characters = Buffer.from(ALPHABET);
const LENGTH = 22;
/** Characters of the next ids. */
const pool = Buffer.alloc(LENGTH * 256);
let used = pool.length;

function refill(): void {
  randomFillSync(pool);
  // An iterator would leave 4 KB to the collector for each id.
  for (let at = 0; at < pool.length; at++) pool[at] = characters[pool[at]! % characters.length]!;
  used = 0;
}

/** 22 characters, 128 random bits: the form of id that Inspect's logs carry. */
export function newShortId(): string {
  if (used + LENGTH > pool.length) refill();
  used += LENGTH;
  return pool.toString('latin1', used - LENGTH, used);
}
