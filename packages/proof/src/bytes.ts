import { ProofError } from './error.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const toUtf8 = (text: string): Uint8Array => encoder.encode(text);

export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** The letters of a base64 as character codes, and back: 255 is no letter. */
function lettersOf(alphabet: string): { codes: Uint8Array; values: Uint8Array } {
  const codes = toUtf8(alphabet);
  const values = new Uint8Array(128).fill(255);
  for (const [value, code] of codes.entries()) values[code] = value;
  return { codes, values };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const plain = lettersOf(alphabet);
const url = lettersOf(`${alphabet.slice(0, 62)}-_`);
const paddingSign = '='.charCodeAt(0);

function encode(bytes: Uint8Array, codes: Uint8Array, padded: boolean): string {
  const length = padded ? Math.ceil(bytes.length / 3) * 4 : Math.ceil((bytes.length * 4) / 3);
  const text = new Uint8Array(length).fill(paddingSign);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text[at++] = codes[group >> 18]!;
    text[at++] = codes[(group >> 12) & 63]!;
    if (left > 1) text[at++] = codes[(group >> 6) & 63]!;
    if (left > 2) text[at++] = codes[group & 63]!;
  }
  return fromUtf8(text);
}

const notCanonical = () => new ProofError('bad-base64', 'base64 is not in its canonical form');

/**
 * Decodes and insists on the one spelling that encodes to the same text: no stray characters, no missing or
 * superfluous padding, no unused bits set (RFC 4648 §3.5). Otherwise two texts could carry one signature.
 */
function decode(text: string, values: Uint8Array, padded: boolean): Uint8Array {
  let length = text.length;
  if (padded) {
    if (length % 4 !== 0) throw notCanonical();
    if (text.endsWith('==')) length -= 2;
    else if (text.endsWith('=')) length -= 1;
  }
  if (length % 4 === 1) throw notCanonical();
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < length; i += 1) {
    const value = values[text.charCodeAt(i)] ?? 255;
    if (value === 255) throw new ProofError('bad-base64', `unexpected ${JSON.stringify(text[i])} in base64`);
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw notCanonical();
  return bytes;
}

export const toBase64 = (bytes: Uint8Array): string => encode(bytes, plain.codes, true);
export const fromBase64 = (text: string): Uint8Array => decode(text, plain.values, true);
export const toBase64Url = (bytes: Uint8Array): string => encode(bytes, url.codes, false);
export const fromBase64Url = (text: string): Uint8Array => decode(text, url.values, false);

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOf[byte];
  return text;
}
