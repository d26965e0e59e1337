import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank } from './board.ts';

const ranks = (strengths: number[], after: Parameters<typeof rank>[1] = null) =>
  rank(
    strengths.map((strength) => ({ strength })),
    after,
  ).map((row) => row.rank);

test('ties share a rank and the next one is skipped', () => {
  assert.deepEqual(ranks([9, 9, 8, 7, 7, 7, 6]), [1, 1, 3, 4, 4, 4, 7]);
  assert.deepEqual(ranks([]), []);
});

test('a page goes on where the last one ended, within a tie too', () => {
  assert.deepEqual(ranks([7, 7, 6], { strength: 7, rows: 4, rank: 4 }), [4, 4, 7]);
  assert.deepEqual(ranks([6], { strength: 7, rows: 4, rank: 4 }), [5]);
});
