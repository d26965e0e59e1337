import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes, toUtf8 } from './bytes.ts';
import { checkLog } from './check-log.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { createCompactTree } from './compact-tree.ts';
import { toLeafBytes } from './leaf.ts';
import { leafHash, rootOf } from './merkle.ts';
import { createNoteKey, formatNote, signNote } from './note.ts';
import { readInclusionProof } from './prove.ts';
import { assertReceipt, formatReceipt, parseReceipt } from './receipt.ts';
import { parseTilePath, tilesOf, tileWidth, toEntriesPath, toEntryBundle, toTilePath } from './tiles.ts';

const secretKey = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
const origin = 'hub.example/tlog';
const key = createNoteKey(origin, ed25519.getPublicKey(secretKey));

const leafOf = (seq: number) =>
  toLeafBytes({ version: 1, kind: 'act', seq, content: seq.toString(16).padStart(64, '0') });

const sign = (text: string) => formatNote({ text, signatures: [signNote(text, origin, secretKey)] });

function checkpointOf(leaves: Uint8Array[]): string {
  const root = rootOf(leaves.map(leafHash));
  return sign(formatCheckpoint({ origin, size: leaves.length, root, extensions: [] }));
}

/** A whole log as a map from path to bytes, made without the code that checks it. */
function logOf(leaves: Uint8Array[]): Map<string, Uint8Array> {
  const files = new Map([['checkpoint', toUtf8(checkpointOf(leaves))]]);
  const hashes = leaves.map(leafHash);
  for (const address of tilesOf(leaves.length)) {
    const span = tileWidth ** address.level;
    const at = (i: number) => (address.index * tileWidth + i) * span;
    const tile = Array.from({ length: address.width }, (_, i) => rootOf(hashes.slice(at(i), at(i) + span)));
    files.set(toTilePath(address), concatBytes(...tile));
    if (address.level === 0)
      files.set(toEntriesPath(address.index, address.width), toEntryBundle(leaves.slice(at(0), at(0) + 256)));
  }
  return files;
}

const check = (files: Map<string, Uint8Array>, known: string[] = []) =>
  checkLog({ read: async (path) => files.get(path) ?? null, key, known });
const codes = async (files: Map<string, Uint8Array>, known: string[] = []) =>
  (await check(files, known)).problems.map((problem) => problem.code);

const leaves = Array.from({ length: 600 }, (_, at) => leafOf(at + 1));

test('a log that holds has no problems, whatever its size, and begins with its earlier checkpoints', async () => {
  for (const size of [0, 1, 2, 255, 256, 257, 512, 600]) {
    const sizes = [0, 1, 200, 256, 300, 600].filter((earlier) => earlier <= size);
    const known = sizes.map((earlier) => checkpointOf(leaves.slice(0, earlier)));
    const found = await check(logOf(leaves.slice(0, size)), known);
    assert.deepEqual(found.problems, [], `size ${size}`);
    assert.equal(found.consistentWith, known.length);
    assert.equal(found.size, size);
    assert.equal(found.kinds.act ?? 0, size);
  }
});

test('a partial tile may be gone when the full one is there', async () => {
  const files = logOf(leaves.slice(0, 300));
  for (const [path, bytes] of logOf(leaves.slice(0, 512))) {
    if (!path.includes('.p/') && path !== 'checkpoint') files.set(path, bytes);
  }
  for (const path of ['tile/0/001.p/44', 'tile/entries/001.p/44']) assert.ok(files.delete(path), path);
  assert.deepEqual(await codes(files), []);
});

test('every changed, missing or reordered part is found, each under its own code', async () => {
  const whole = logOf(leaves);
  for (const [path, bytes] of whole) {
    if (path === 'checkpoint') continue;
    const changed = Uint8Array.from(bytes);
    changed[70]! ^= 1;
    const found = await codes(new Map(whole).set(path, changed));
    if (bytes.length > 70) assert.notDeepEqual(found, [], path);
    const without = new Map(whole);
    without.delete(path);
    assert.deepEqual(await codes(without), ['tile-missing'], path);
  }
  const swapped = [...leaves];
  [swapped[3], swapped[4]] = [leaves[4]!, leaves[3]!];
  assert.deepEqual(await codes(logOf(swapped)), ['leaf-order']);
  const odd = [...leaves.slice(0, 3), toUtf8('{"version": 1}')];
  assert.deepEqual(await codes(logOf(odd)), ['bad-leaf']);
});

test('a fork, a shrunk log and a strange signer are told apart', async () => {
  const files = logOf(leaves.slice(0, 300));
  const fork = [...leaves.slice(0, 200), leafOf(9999)];
  assert.deepEqual(await codes(files, [checkpointOf(fork)]), ['root-mismatch']);
  assert.deepEqual(await codes(files, [checkpointOf(leaves)]), ['log-shrunk']);
  const elsewhere = formatCheckpoint({ origin: 'other/log', size: 0, root: rootOf([]), extensions: [] });
  assert.deepEqual(await codes(files, [sign(elsewhere)]), ['bad-checkpoint']);
  const stranger = Uint8Array.from(secretKey, (byte) => byte ^ 1);
  const text = formatCheckpoint({ origin, size: 0, root: rootOf([]), extensions: [] });
  const forged = formatNote({ text, signatures: [signNote(text, origin, stranger)] });
  assert.deepEqual(await codes(new Map([['checkpoint', toUtf8(forged)]])), ['unknown-key']);
  assert.deepEqual(await codes(new Map()), ['tile-missing']);
});

test('a compact tree has the root and the tiles of the whole one, also when it goes on from its right edge', () => {
  const hashes = leaves.map(leafHash);
  let tree = createCompactTree();
  for (const [at, leaf] of hashes.entries()) {
    assert.deepEqual(tree.root(), rootOf(hashes.slice(0, at)));
    if (at % 97 === 0) {
      const levels: Uint8Array[][] = [];
      for (const { address, hashes: open } of tree.partialTiles()) levels[address.level] = open;
      tree = createCompactTree(
        at,
        Array.from(levels, (open) => open ?? []),
      );
    }
    tree.append(leaf);
  }
  assert.deepEqual(tree.root(), rootOf(hashes));
});

test('a receipt reads back and proves its leaf, and no other', async () => {
  const hashes = leaves.map(leafHash);
  const subtree = (level: number, index: number) =>
    rootOf(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));
  const receipt = {
    index: 400,
    inclusion: await readInclusionProof(subtree, 400, 600),
    checkpoint: checkpointOf(leaves),
  };
  const text = formatReceipt(receipt);
  assert.deepEqual(parseReceipt(toUtf8(text)), receipt);
  assert.deepEqual(assertReceipt(leaves[400]!, receipt, key), { size: 600 });
  assert.throws(() => assertReceipt(leaves[401]!, receipt, key), { code: 'root-mismatch' });
  const bytes = toUtf8(text);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Uint8Array.from(bytes);
    changed[at]! ^= 1;
    assert.throws(() => assertReceipt(leaves[400]!, parseReceipt(changed), key), /./, `byte ${at}`);
  }
});

test('a tile has one path', () => {
  for (const address of [...tilesOf(300), { level: 1, index: 1_234_067, width: 12 }]) {
    assert.deepEqual(parseTilePath(toTilePath(address)), { kind: 'hashes', address });
  }
  assert.deepEqual(parseTilePath('tile/entries/x001/002.p/7'), {
    kind: 'entries',
    address: { level: 0, index: 1002, width: 7 },
  });
  for (const path of [
    'tile/0/0',
    'tile/00/000',
    'tile/0/x000/001',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/entries/../000',
    'tile/0/000/',
    'tile/8/entries/000',
  ]) {
    assert.equal(parseTilePath(path), null, path);
  }
});
