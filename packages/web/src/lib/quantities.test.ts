import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCounted, toDuration, toFigure, toSize } from './quantities.ts';

test('counts agree with their nouns', () => {
  assert.deepEqual([toCounted(1, 'model'), toCounted(12032, 'sample')], ['1 model', '12,032 samples']);
});

test('sizes are powers of 1000', () => {
  assert.deepEqual([0, 999, 1500, 16_123_456_789].map(toSize), ['0 B', '999 B', '1.5 KB', '16 GB']);
});

test('figures keep four digits and no float dust', () => {
  assert.deepEqual([0.1 + 0.2, 0.56330000001, 100, 12345.678].map(toFigure), [
    '0.3',
    '0.5633',
    '100',
    '12350',
  ]);
});

test('durations read as people say them', () => {
  assert.deepEqual([0.05, 2.34, 200, 3900].map(toDuration), ['50 ms', '2.3 s', '3 min 20 s', '1 h 5 min']);
});
