import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@assay/spec';
import { clusteredStandardError } from './clustered-error.ts';
import { meanInterval, wilsonInterval } from './intervals.ts';
import { missingBounds } from './missing-bounds.ts';
import { normalQuantile, tQuantile } from './quantiles.ts';

const near = (actual: number, expected: number, by = 1e-10) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not near ${expected}`);
const refused = (error: unknown) => error instanceof CodedError && error.code === 'out-of-range';

test('the ends of a Wilson interval solve the score equation', () => {
  // The definition: the shares p with (k/n - p)² = z²·p(1-p)/n.
  for (const [k, n, level] of [
    [8, 10, 0.95],
    [286, 1319, 0.95],
    [742, 1319, 0.99],
    [1, 3, 0.8],
  ] as const) {
    const z = normalQuantile((1 + level) / 2);
    const { low, high } = wilsonInterval(k, n, level);
    for (const end of [low, high]) near((k / n - end) ** 2, (z * z * end * (1 - end)) / n, 1e-12);
    assert.ok(low < k / n && k / n < high);
  }
});

test('a Wilson interval keeps its width where nothing or everything is right', () => {
  const z2 = normalQuantile(0.975) ** 2;
  assert.equal(wilsonInterval(0, 10).low, 0);
  near(wilsonInterval(0, 10).high, z2 / (10 + z2));
  assert.equal(wilsonInterval(10, 10).high, 1);
  near(wilsonInterval(10, 10).low, 10 / (10 + z2));
});

test('a Wilson interval of more right than asked, or of nothing, is refused', () => {
  for (const [k, n] of [
    [11, 10],
    [-1, 10],
    [0, 0],
    [1.5, 3],
  ] as const)
    assert.throws(() => wilsonInterval(k, n), refused);
});

test('the interval of a mean is t times the standard error', () => {
  const interval = meanInterval([1, 2, 3, 4]);
  assert.ok(interval);
  near(interval.mean, 2.5);
  near(interval.standardError, Math.sqrt(5 / 3) / 2);
  near(interval.high - interval.mean, tQuantile(0.975, 3) * interval.standardError);
  near(interval.mean - interval.low, interval.high - interval.mean);
  assert.equal(meanInterval([0.3]), null);
});

test('clusters of one item give the plain standard error', () => {
  const values = [0, 1, 1, 0, 1, 1, 0.5];
  const clustered = clusteredStandardError(
    values,
    values.map((_, index) => `c${index}`),
  );
  near(clustered?.standardError ?? 0, meanInterval(values)?.standardError ?? 1);
});

test('copies of an item in one cluster add nothing', () => {
  const values = [0, 1, 1, 0.5];
  const names = ['a', 'b', 'c', 'd'];
  const once = clusteredStandardError(values, names);
  const thrice = clusteredStandardError([...values, ...values, ...values], [...names, ...names, ...names]);
  near(thrice?.standardError ?? 0, once?.standardError ?? 1);
  assert.equal(thrice?.df, 3);
});

test('a clustered error computed by hand', () => {
  // Mean 0.5; deviations per cluster: a +1, b -1; √(2/1 · 2) / 4 = 0.5.
  near(clusteredStandardError([1, 1, 0, 0], ['a', 'a', 'b', 'b'])?.standardError ?? 0, 0.5);
  assert.equal(clusteredStandardError([1, 0], ['a', 'a']), null);
  assert.throws(() => clusteredStandardError([1], []), refused);
});

test('missing answers bound a share from both sides', () => {
  assert.deepEqual(missingBounds(60, 10, 100), { low: 0.6, high: 0.7 });
  assert.throws(() => missingBounds(95, 10, 100), refused);
});
