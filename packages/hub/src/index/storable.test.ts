import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toStorable } from './storable.ts';

test('NUL and half surrogate pairs are replaced wherever they stand, and nothing else', () => {
  const nul = String.fromCharCode(0);
  const value = { [`k${nul}`]: [`a${nul}b`, '\ud800', 1, null, true, { deep: 'ok 😀' }] };
  assert.deepEqual(toStorable(value), {
    'k\ufffd': ['a\ufffdb', '\ufffd', 1, null, true, { deep: 'ok 😀' }],
  });
});
