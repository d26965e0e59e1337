import { emptyRoot, type Hash, nodeHash, splitPoint } from './merkle.ts';

/** Hash of the complete subtree of 2^level leaves that begins at leaf `index * 2^level`. */
export type SubtreeReader = (level: number, index: number) => Promise<Hash> | Hash;

/** Root of the leaves [start, end), from complete subtrees only; `start` is a multiple of the subtree's width. */
async function rangeRoot(read: SubtreeReader, start: number, end: number): Promise<Hash> {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level) && start % width === 0) return await read(level, start / width);
  const k = splitPoint(width);
  return nodeHash(await rangeRoot(read, start, start + k), await rangeRoot(read, start + k, end));
}

/** Root of the tree of that size (RFC 6962 §2.1), reading O(log size) subtrees. */
export async function readRoot(read: SubtreeReader, size: number): Promise<Hash> {
  return size === 0 ? emptyRoot() : await rangeRoot(read, 0, size);
}

/** Inclusion proof of leaf `index` in the tree of `size` (RFC 6962 §2.1.1), leaf to root. */
export async function readInclusionProof(read: SubtreeReader, index: number, size: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(read, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/** Proof that the tree of `size2` begins with the tree of `size1` (RFC 6962 §2.1.2). */
export async function readConsistencyProof(
  read: SubtreeReader,
  size1: number,
  size2: number,
): Promise<Hash[]> {
  if (size1 === 0 || size1 === size2) return [];
  const proof: Hash[] = [];
  let start = 0;
  let end = size2;
  let wholeOlderTree = true;
  while (size1 !== end) {
    const middle = start + splitPoint(end - start);
    if (size1 <= middle) {
      proof.push(await rangeRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await rangeRoot(read, start, middle));
      start = middle;
      wholeOlderTree = false;
    }
  }
  if (!wholeOlderTree) proof.push(await rangeRoot(read, start, end));
  return proof.reverse();
}
