import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@assay/spec';
import { holmAdjusted } from './holm.ts';
import { exactMcNemar } from './mcnemar.ts';
import { sharedRanks } from './ranks.ts';

/** The defining sum in whole numbers: no rounding before the last division. */
function mcNemarBySum(b: number, c: number): number {
  const n = BigInt(b + c);
  let choose = 1n;
  let sum = 0n;
  for (let i = 0n; i <= BigInt(Math.min(b, c)); i++) {
    sum += choose;
    choose = (choose * (n - i)) / (i + 1n);
  }
  const scale = 10n ** 18n;
  return Math.min(1, Number((2n * sum * scale) / 2n ** n) / 1e18);
}

test('exact McNemar equals its defining sum', () => {
  for (const [b, c] of [
    [0, 0],
    [0, 1],
    [0, 6],
    [5, 15],
    [15, 5],
    [10, 10],
    [30, 55],
    [200, 260],
    [1000, 1100],
  ] as const) {
    const expected = mcNemarBySum(b, c);
    assert.ok(Math.abs(exactMcNemar(b, c) - expected) <= 1e-10, `${b} and ${c}`);
  }
  assert.equal(exactMcNemar(0, 6).toFixed(5), '0.03125');
});

test('Holm: the smallest times m, then fewer, never falling, never over 1', () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(12)));
  assert.deepEqual(adjusted, [0.03, 0.06, 0.06]);
  assert.deepEqual(holmAdjusted([0.6, 0.9]), [1, 1]);
  assert.deepEqual(holmAdjusted([]), []);
  assert.throws(
    () => holmAdjusted([1.2]),
    (error) => error instanceof CodedError && error.code === 'out-of-range',
  );
});

test('equal values share a rank, the next is skipped, and direction counts', () => {
  assert.deepEqual(sharedRanks([1, 3, 3, 2]), [4, 1, 1, 3]);
  assert.deepEqual(sharedRanks([1, 3, 3, 2], { lowerIsBetter: true }), [1, 3, 3, 2]);
  assert.deepEqual(sharedRanks([7, 7, 7]), [1, 1, 1]);
  assert.deepEqual(sharedRanks([]), []);
});
