import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseByteRange } from './byte-range.ts';

test('one part, from either end, cut to the file', () => {
  assert.deepEqual(parseByteRange('bytes=0-0', 10), { start: 0, end: 0 });
  assert.deepEqual(parseByteRange('bytes=4-', 10), { start: 4, end: 9 });
  assert.deepEqual(parseByteRange('bytes=4-99', 10), { start: 4, end: 9 });
  assert.deepEqual(parseByteRange('bytes=-3', 10), { start: 7, end: 9 });
  assert.deepEqual(parseByteRange('bytes=-30', 10), { start: 0, end: 9 });
});

test('what cannot be read means the whole file', () => {
  for (const header of [null, '', 'bytes=-', 'bytes=a-b', 'bytes=0-1,3-4', 'items=0-1', 'bytes=5-2']) {
    assert.equal(parseByteRange(header, 10), null, String(header));
  }
});

test('a part behind the end is refused', () => {
  for (const header of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) {
    assert.throws(() => parseByteRange(header, 10), { code: 'range-not-satisfiable' }, header);
  }
});
