import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { ProofError } from './error.ts';

/** A SHA-256 value: 32 bytes. */
export type Hash = Uint8Array;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** RFC 6962 §2.1: the hash of one entry. */
export const leafHash = (entry: Uint8Array): Hash => sha256(concatBytes(leafPrefix, entry));

/** RFC 6962 §2.1: the hash of two subtrees. */
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(concatBytes(nodePrefix, left, right));

/** RFC 6962 §2.1: the root of no entries. */
export const emptyRoot = (): Hash => sha256(new Uint8Array(0));

/** The largest power of two below n; n > 1. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root over leaf hashes, O(n); for tests, small trees and `fsck`. */
export function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot();
  const [first] = leaves;
  if (leaves.length === 1 && first) return first;
  const k = splitPoint(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/**
 * Recomputes the root that an inclusion proof implies (RFC 9162 §2.1.3.2).
 * @param index 0-based position of the leaf, below `size`
 */
function rootFromInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[]): Hash {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new ProofError('bad-proof', `index ${index} is not inside a tree of ${size}`);
  }
  let at = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) throw new ProofError('bad-proof', 'the inclusion proof is longer than the tree is high');
    if (at % 2 === 1 || at === last) {
      root = nodeHash(sibling, root);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else root = nodeHash(root, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new ProofError('bad-proof', 'the inclusion proof is shorter than the tree is high');
  return root;
}

/** Throws unless `leaf` stands at `index` in the tree of that size and root. */
export function assertInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): void {
  if (!equalBytes(rootFromInclusion(leaf, index, size, proof), root)) {
    throw new ProofError('root-mismatch', `entry ${index} is not in the tree of size ${size} with this root`);
  }
}

/** Throws unless the larger tree begins with the smaller one (RFC 9162 §2.1.4.2). */
export function assertConsistency(
  size1: number,
  root1: Hash,
  size2: number,
  root2: Hash,
  proof: readonly Hash[],
): void {
  if (size1 < 0 || size1 > size2)
    throw new ProofError('bad-proof', `a tree of ${size2} cannot extend one of ${size1}`);
  if (size1 === 0 || size1 === size2) {
    if (proof.length > 0) throw new ProofError('bad-proof', 'no proof is needed here, yet one is given');
    if (size1 === size2 && !equalBytes(root1, root2))
      throw new ProofError('root-mismatch', `two roots for size ${size1}`);
    return;
  }
  const path = Number.isInteger(Math.log2(size1)) ? [root1, ...proof] : [...proof];
  let at = size1 - 1;
  let last = size2 - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  const [seed, ...rest] = path;
  if (!seed) throw new ProofError('bad-proof', 'the consistency proof is empty');
  let older = seed;
  let newer = seed;
  for (const sibling of rest) {
    if (last === 0)
      throw new ProofError('bad-proof', 'the consistency proof is longer than the tree is high');
    if (at % 2 === 1 || at === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else newer = nodeHash(newer, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new ProofError('bad-proof', 'the consistency proof is shorter than the tree is high');
  if (!equalBytes(older, root1) || !equalBytes(newer, root2)) {
    throw new ProofError('root-mismatch', `the tree of ${size2} does not begin with the tree of ${size1}`);
  }
}
