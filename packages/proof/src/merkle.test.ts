import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex, toUtf8 } from './bytes.ts';
import {
  assertConsistency,
  assertInclusion,
  emptyRoot,
  type Hash,
  leafHash,
  nodeHash,
  rootOf,
} from './merkle.ts';
import { readConsistencyProof, readInclusionProof, readRoot } from './prove.ts';

const leaves = Array.from({ length: 70 }, (_, i) => leafHash(toUtf8(`entry ${i}`)));
const subtree = (level: number, index: number): Hash =>
  rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

test('the hashes of RFC 6962 are domain separated', () => {
  assert.equal(toHex(emptyRoot()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(
    toHex(leafHash(new Uint8Array(0))),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
  const [a, b] = leaves as [Hash, Hash];
  assert.notDeepEqual(nodeHash(a, b), leafHash(new Uint8Array([...a, ...b])));
});

test('every leaf of every tree up to 70 proves its inclusion, and nothing else', async () => {
  for (let size = 1; size <= leaves.length; size += 1) {
    const root = await readRoot(subtree, size);
    assert.deepEqual(root, rootOf(leaves.slice(0, size)));
    for (const index of new Set([0, size >> 1, size - 1])) {
      const proof = await readInclusionProof(subtree, index, size);
      const leaf = leaves[index] as Hash;
      assertInclusion(leaf, index, size, proof, root);
      assert.throws(() => assertInclusion(leafHash(toUtf8('another')), index, size, proof, root), {
        code: 'root-mismatch',
      });
      assert.throws(() => assertInclusion(leaf, index, size, [...proof, root], root), { code: 'bad-proof' });
      assert.throws(() => assertInclusion(leaf, size, size, proof, root), { code: 'bad-proof' });
      if (proof.length > 0) {
        assert.throws(() => assertInclusion(leaf, index, size, proof.slice(1), root), /./);
      }
    }
  }
});

test('every pair of sizes up to 40 proves its consistency, and a fork does not', async () => {
  const forked = leafHash(toUtf8('forked'));
  for (let size2 = 1; size2 <= 40; size2 += 1) {
    const root2 = rootOf(leaves.slice(0, size2));
    for (let size1 = 0; size1 <= size2; size1 += 1) {
      const proof = await readConsistencyProof(subtree, size1, size2);
      const older = leaves.slice(0, size1);
      assertConsistency(size1, rootOf(older), size2, root2, proof);
      if (size1 > 0) {
        const fork = rootOf([...older.slice(0, -1), forked]);
        assert.throws(() => assertConsistency(size1, fork, size2, root2, proof), { code: 'root-mismatch' });
      }
    }
  }
});

test('a tree cannot shrink', () => {
  assert.throws(() => assertConsistency(3, rootOf(leaves.slice(0, 3)), 2, rootOf(leaves.slice(0, 2)), []), {
    code: 'bad-proof',
  });
});
