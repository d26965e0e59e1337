import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash, rootOf } from './merkle.ts';
import { readRoot } from './prove.ts';
import {
  parseEntryBundle,
  parseTile,
  tilesOf,
  tileWidth,
  toEntriesPath,
  toEntryBundle,
  toTileOf,
  toTilePath,
} from './tiles.ts';

test('paths are those of the tlog-tiles specification', () => {
  assert.equal(toTilePath({ level: 0, index: 1234067, width: 256 }), 'tile/0/x001/x234/067');
  assert.equal(toTilePath({ level: 1, index: 0, width: 8 }), 'tile/1/000.p/8');
  assert.equal(toEntriesPath(273, 112), 'tile/entries/273.p/112');
});

test('a log of 70,000 leaves has the tiles that the specification counts', () => {
  const tiles = [...tilesOf(70_000)];
  const partial = tiles.filter(({ width }) => width < tileWidth).map(toTilePath);
  assert.equal(tiles.filter(({ level }) => level === 0).length, 274);
  assert.deepEqual(partial, ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
});

test('roots can be computed from tiles alone', async () => {
  const size = 700;
  const leaves = Array.from({ length: size }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 255)));
  const root = await readRoot((treeLevel, index) => {
    const { address, first, count } = toTileOf(treeLevel, index, size);
    const span = 256 ** address.level;
    const hashes = Array.from({ length: address.width }, (_, i) => {
      const start = (address.index * tileWidth + i) * span;
      return rootOf(leaves.slice(start, start + span));
    });
    return rootOf(hashes.slice(first, first + count));
  }, size);
  assert.deepEqual(root, rootOf(leaves));
});

test('bundles and tiles of the wrong length are refused', () => {
  const entries = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(300)];
  const bundle = toEntryBundle(entries);
  assert.deepEqual(parseEntryBundle(bundle, 3), entries);
  assert.throws(() => parseEntryBundle(bundle, 2), { code: 'bad-tile' });
  assert.throws(() => parseEntryBundle(bundle.subarray(0, -1), 3), { code: 'bad-tile' });
  assert.throws(() => parseTile(new Uint8Array(33), 1), { code: 'bad-tile' });
  assert.throws(() => toEntryBundle([new Uint8Array(65_536)]), { code: 'bad-tile' });
});
