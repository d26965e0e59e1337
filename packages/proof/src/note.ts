import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, fromBase64, fromUtf8, toBase64, toHex, toUtf8 } from './bytes.ts';
import { ProofError } from './error.ts';
import { type VerifySignature, verifyStrictly } from './signature.ts';

// C2SP signed-note: text, a blank line, then one line a signature: "— NAME BASE64(key hash || signature)".

/** Algorithm bytes of C2SP signed-note. */
export const noteAlgorithm = { ed25519: 0x01, cosignature: 0x04 } as const;
type NoteAlgorithm = (typeof noteAlgorithm)[keyof typeof noteAlgorithm];

export interface NoteKey {
  name: string;
  algorithm: NoteAlgorithm;
  publicKey: Uint8Array;
  /** First four bytes of SHA-256(name, newline, algorithm, key). */
  hash: Uint8Array;
}

export interface NoteSignature {
  name: string;
  hash: Uint8Array;
  signature: Uint8Array;
}

export interface Note {
  /** Ends with a newline; this is what is signed. */
  text: string;
  signatures: NoteSignature[];
}

const isKeyName = (name: string) => name.length > 0 && !/[\s+\p{Cc}]/u.test(name);

export function createNoteKey(
  name: string,
  publicKey: Uint8Array,
  algorithm: NoteAlgorithm = noteAlgorithm.ed25519,
): NoteKey {
  if (!isKeyName(name))
    throw new ProofError('bad-key', `${JSON.stringify(name)} is no key name: no spaces, no plus signs`);
  const tagged = concatBytes(Uint8Array.of(algorithm), publicKey);
  const hash = sha256(concatBytes(toUtf8(`${name}\n`), tagged)).subarray(0, 4);
  return { name, algorithm, publicKey, hash };
}

/** The verifier key as text: NAME+HASH+BASE64(algorithm || key). */
export function formatVerifierKey(key: NoteKey): string {
  return `${key.name}+${toHex(key.hash)}+${toBase64(concatBytes(Uint8Array.of(key.algorithm), key.publicKey))}`;
}

export function parseVerifierKey(text: string): NoteKey {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  if (!match) throw new ProofError('bad-key', 'a verifier key reads NAME+HASH+BASE64');
  const [, name = '', hash = '', encoded = ''] = match;
  const bytes = fromBase64(encoded);
  const algorithm = bytes[0];
  if (
    bytes.length !== 33 ||
    (algorithm !== noteAlgorithm.ed25519 && algorithm !== noteAlgorithm.cosignature)
  ) {
    throw new ProofError('bad-key', 'only Ed25519 keys are known here');
  }
  const key = createNoteKey(name, bytes.subarray(1), algorithm);
  if (toHex(key.hash) !== hash)
    throw new ProofError('bad-key', 'the key hash does not belong to this name and key');
  return key;
}

const signatureLine = /^\u2014 ([^+\s]+) (\S+)$/;

export function parseNote(bytes: Uint8Array): Note {
  let whole: string;
  try {
    whole = fromUtf8(bytes);
  } catch (cause) {
    throw new ProofError('bad-note', 'the note is not UTF-8', { cause });
  }
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) {
    throw new ProofError('bad-note', 'a note is text, a blank line and signature lines');
  }
  const lines = whole.slice(split + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const match = signatureLine.exec(line);
    const encoded = match ? fromBase64(match[2] ?? '') : new Uint8Array(0);
    if (!match || encoded.length < 5)
      throw new ProofError('bad-note', 'a signature line reads: \u2014 NAME BASE64');
    return { name: match[1] ?? '', hash: encoded.subarray(0, 4), signature: encoded.subarray(4) };
  });
  return { text: whole.slice(0, split + 1), signatures };
}

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, hash, signature }) => `\u2014 ${name} ${toBase64(concatBytes(hash, signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

export function signNote(text: string, name: string, secretKey: Uint8Array): NoteSignature {
  if (!text.endsWith('\n')) throw new ProofError('bad-note', 'the text of a note ends with a newline');
  const { hash } = createNoteKey(name, ed25519.getPublicKey(secretKey));
  return { name, hash, signature: ed25519.sign(toUtf8(text), secretKey) };
}

/** Seconds since 1970 at which a witness cosigned (C2SP tlog-cosignature); the time is part of what is signed. */
function cosignedMessage(text: string, signature: Uint8Array): { message: Uint8Array; time: number } {
  if (signature.length !== 72)
    throw new ProofError('bad-note', 'a cosignature has 8 bytes of time and 64 of signature');
  const time = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
  return { message: toUtf8(`cosignature/v1\ntime ${time}\n${text}`), time };
}

export function cosignNote(text: string, name: string, secretKey: Uint8Array, time: number): NoteSignature {
  const { hash } = createNoteKey(name, ed25519.getPublicKey(secretKey), noteAlgorithm.cosignature);
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  const signature = ed25519.sign(toUtf8(`cosignature/v1\ntime ${time}\n${text}`), secretKey);
  return { name, hash, signature: concatBytes(stamp, signature) };
}

/** The first signature by that key, verified. Unknown signers are passed over; a wrong signature by a known one is an error. */
export function assertSignedBy(
  note: Note,
  key: NoteKey,
  verify: VerifySignature = verifyStrictly,
): { time?: number } {
  const found = note.signatures.find(({ name, hash }) => name === key.name && equalBytes(hash, key.hash));
  if (!found) throw new ProofError('unknown-key', `the note carries no signature by ${key.name}`);
  const cosigned =
    key.algorithm === noteAlgorithm.cosignature ? cosignedMessage(note.text, found.signature) : undefined;
  const signature = cosigned ? found.signature.subarray(8) : found.signature;
  const message = cosigned?.message ?? toUtf8(note.text);
  if (!verify(signature, message, key.publicKey)) {
    throw new ProofError('signature-mismatch', `the signature by ${key.name} is not over this text`);
  }
  return cosigned ? { time: cosigned.time } : {};
}
