import { canonicalJson, isCanonicalJson } from '@assay/spec';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromUtf8, toHex, toUtf8 } from './bytes.ts';
import { ProofError } from './error.ts';

/**
 * One element of the transparency log. Its bytes are canonical JSON, so one leaf has one spelling.
 *
 * Facts that anyone may see stand in the leaf itself; everything written by people is only committed to, in `content`.
 * A `sealed` leaf tells nothing but that something happened: who may read it can open its content.
 */
export interface Leaf {
  version: 1;
  /** `act`, `sealed`, and whatever else a hub logs. */
  kind: string;
  /** Commitment to the content, 64 hex digits; see `commitTo`. */
  content: string;
  [fact: string]: unknown;
}

/** What opens a commitment. */
export interface Opening {
  /** 32 random bytes, hex. */
  salt: string;
  /** Canonical JSON. */
  content: string;
}

const contentPrefix = toUtf8('assay-leaf-content/v1\n');

/**
 * SHA-256 over a prefix, 32 bytes of salt and the content, hex. Without the salt, guessing the content proves nothing:
 * what is private, or was redacted, cannot be confirmed by trying.
 */
export function commitTo(salt: Uint8Array, content: string): string {
  if (salt.length !== 32) throw new ProofError('bad-leaf', `a salt has 32 bytes, not ${salt.length}`);
  return toHex(sha256(concatBytes(contentPrefix, salt, toUtf8(content))));
}

export function toLeafBytes(leaf: Leaf): Uint8Array {
  return toUtf8(canonicalJson(leaf));
}

/** @throws ProofError `bad-leaf` unless the bytes are the canonical JSON of a leaf of version 1 */
export function parseLeaf(bytes: Uint8Array): Leaf {
  let text: string;
  let value: unknown;
  try {
    text = fromUtf8(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProofError('bad-leaf', 'a leaf is JSON in UTF-8', { cause });
  }
  const leaf = value as Partial<Leaf> | null;
  const isWhole =
    typeof leaf === 'object' &&
    leaf?.version === 1 &&
    typeof leaf.kind === 'string' &&
    typeof leaf.content === 'string' &&
    /^[0-9a-f]{64}$/.test(leaf.content);
  if (!isWhole || !isCanonicalJson(leaf, text)) {
    throw new ProofError(
      'bad-leaf',
      'a leaf is canonical JSON with version 1, a kind and a content commitment',
    );
  }
  return leaf as Leaf;
}

/**
 * The content of a leaf, parsed.
 * @throws ProofError `content-mismatch` unless the leaf commits to it, `bad-leaf` unless it is a JSON object
 */
export function openLeaf(leaf: Leaf, opening: Opening): Record<string, unknown> {
  const isSalt = /^[0-9a-f]{64}$/.test(opening.salt);
  if (!isSalt || commitTo(fromHex(opening.salt), opening.content) !== leaf.content)
    throw new ProofError('content-mismatch', 'the leaf commits to another content');
  try {
    const content: unknown = JSON.parse(opening.content);
    if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  } catch (cause) {
    throw new ProofError('bad-leaf', 'the content of the leaf is not JSON', { cause });
  }
  throw new ProofError('bad-leaf', 'the content of the leaf is no JSON object');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}
