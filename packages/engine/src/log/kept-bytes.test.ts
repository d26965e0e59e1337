import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KeptBytes } from './kept-bytes.ts';

it('keeps bytes in order, whatever their sizes, and not the memory they came in', () => {
  const kept = new KeptBytes();
  const added: Buffer[] = [];
  for (const size of [0, 1, 77, 65_535, 65_536, 200_000, 3]) {
    const bytes = Buffer.alloc(size, added.length + 1);
    added.push(Buffer.from(bytes));
    kept.add(bytes);
    bytes.fill(0);
  }
  assert.deepEqual(Buffer.concat(kept.pieces()), Buffer.concat(added));
  assert.equal(kept.size, 331_152);
});
