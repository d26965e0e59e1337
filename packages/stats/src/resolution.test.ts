import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalQuantile } from './quantiles.ts';
import { discordanceAt, itemsForGap, smallestGap } from './resolution.ts';

// Items; then in points: half the 95 % interval at 80 %, the gap for discordance 0.1, 0.2, 0.3, and unpaired at 80 %.
const TABLE: [string, number, number, number, number, number, number][] = [
  ['AIME', 30, 14.3, 16.2, 22.9, 28.0, 28.9],
  ['Terminal-Bench 2', 89, 8.3, 9.4, 13.3, 16.3, 16.8],
  ['theory_of_mind', 100, 7.8, 8.9, 12.5, 15.3, 15.8],
  ['GPQA-Diamond', 198, 5.6, 6.3, 8.9, 10.9, 11.3],
  ['SWE-bench Verified', 500, 3.5, 4.0, 5.6, 6.9, 7.1],
  ['GSM8K', 1319, 2.2, 2.4, 3.4, 4.2, 4.4],
  ['HLE', 2500, 1.6, 1.8, 2.5, 3.1, 3.2],
  ['MMLU-Pro', 12032, 0.7, 0.8, 1.1, 1.4, 1.4],
];

for (const [name, n, half, ...gaps] of TABLE) {
  test(`the resolution of ${name} (${n} items)`, () => {
    assert.equal((100 * normalQuantile(0.975) * Math.sqrt((0.8 * 0.2) / n)).toFixed(1), half.toFixed(1));
    const found = [0.1, 0.2, 0.3, discordanceAt(0.8)].map((r) => (100 * smallestGap(n, r)).toFixed(1));
    assert.deepEqual(
      found,
      gaps.map((gap) => gap.toFixed(1)),
    );
  });
}

test('the items for a one-point gap at 80 %', () => {
  // The published figures use 1.96 + 0.84 = 2.80 where the quantiles add up to 2.8016.
  const rounding = (2.8 / (normalQuantile(0.975) + normalQuantile(0.8))) ** 2;
  for (const [correlation, items] of [
    [0, 25_088],
    [0.5, 12_544],
    [0.8, 5_018],
  ] as const) {
    assert.ok(Math.abs(itemsForGap(0.01, discordanceAt(0.8, correlation)) * rounding - items) <= 1);
  }
});

test('the items for a gap are the fewest whose resolution is that gap', () => {
  const n = itemsForGap(0.02, 0.3, { power: 0.9 });
  assert.ok(smallestGap(n, 0.3, { power: 0.9 }) <= 0.02);
  assert.ok(smallestGap(n - 1, 0.3, { power: 0.9 }) > 0.02);
});
