import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeSettled } from './settled.ts';

const rows = (...numbers: number[]) => numbers.map((seq) => ({ seq }));

test('numbers without a gap are settled at once', () => {
  assert.deepEqual(takeSettled(rows(4, 5, 6), 3, null, 100n), rows(4, 5, 6));
  assert.deepEqual(takeSettled([], 3, null, 100n), []);
});

test('behind a gap nothing is settled while someone may still fill it', () => {
  assert.deepEqual(takeSettled(rows(4, 6), 3, null, 100n), rows(4));
  assert.deepEqual(takeSettled(rows(6), 4, { through: 6, settledFrom: 50n }, 49n), []);
  assert.deepEqual(takeSettled(rows(5, 6), 4, { through: 6, settledFrom: 50n }, 49n), rows(5, 6));
});

test('a gap that nobody can fill any more is passed over, a later one waits again', () => {
  const watch = { through: 6, settledFrom: 50n };
  assert.deepEqual(takeSettled(rows(6), 4, watch, 50n), rows(6));
  assert.deepEqual(takeSettled(rows(6, 7, 9), 4, watch, 51n), rows(6, 7));
});
