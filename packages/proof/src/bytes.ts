import { ProofError } from './error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlAlphabet = `${alphabet.slice(0, 62)}-_`;

export const toUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

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
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function encode(bytes: Uint8Array, letters: string, padded: boolean): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += letters.charAt(group >> 18) + letters.charAt((group >> 12) & 63);
    text += left > 1 ? letters.charAt((group >> 6) & 63) : padded ? '=' : '';
    text += left > 2 ? letters.charAt(group & 63) : padded ? '=' : '';
  }
  return text;
}

/**
 * Decodes and insists on the one spelling that encodes to the same text: no stray characters, no missing or
 * superfluous padding, no unused bits set (RFC 4648 §3.5). Otherwise two texts could carry one signature.
 */
function decode(text: string, letters: string, padded: boolean): Uint8Array {
  const body = padded ? text.replace(/={0,2}$/, '') : text;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of body) {
    const value = letters.indexOf(letter);
    if (value < 0)
      throw new ProofError('bad-base64', `unexpected character ${JSON.stringify(letter)} in base64`);
    held = ((held << 6) | value) & 0xfffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  if (encode(bytes, letters, padded) !== text)
    throw new ProofError('bad-base64', 'base64 is not in its canonical form');
  return bytes;
}

export const toBase64 = (bytes: Uint8Array): string => encode(bytes, alphabet, true);
export const fromBase64 = (text: string): Uint8Array => decode(text, alphabet, true);
export const toBase64Url = (bytes: Uint8Array): string => encode(bytes, urlAlphabet, false);
export const fromBase64Url = (text: string): Uint8Array => decode(text, urlAlphabet, false);

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
