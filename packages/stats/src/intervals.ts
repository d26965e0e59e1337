import { normalQuantile, tQuantile } from './quantiles.ts';
import { assertCount, assertLevel, assertRange } from './stats-error.ts';

export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's interval for a share: `correct` of `n` independent items, once each. Holds its level near 0 and 1, where
 * p ± z·SE leaves the range or shrinks to a point.
 *
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22: centre (p + z²/2n)/(1 + z²/n), half z·√(p(1−p)/n + z²/4n²)/(1 + z²/n).
 *
 * @throws CodedError `out-of-range` unless 0 <= correct <= n and n >= 1.
 */
export function wilsonInterval(correct: number, n: number, level = 0.95): Interval {
  assertCount(correct, 'correct');
  assertCount(n, 'n');
  assertRange(n >= 1 && correct <= n, `correct must be at most n and n at least 1, not ${correct} of ${n}`);
  assertLevel(level);
  const z = normalQuantile((1 + level) / 2);
  const p = correct / n;
  const shrink = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / shrink;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / shrink;
  // At the ends the formula gives 0 and 1 exactly; floating point misses them by a hair.
  return { low: correct === 0 ? 0 : centre - half, high: correct === n ? 1 : centre + half };
}

export interface MeanInterval extends Interval {
  mean: number;
  /** s/√n with the sample standard deviation (denominator n − 1). */
  standardError: number;
}

/**
 * Mean ± t(n−1)·s/√n for scores that are not only 0 and 1. Null for fewer than two values: one value has no spread.
 *
 * Source: Student 1908; the same interval as Inspect's `ci()` with method t.
 */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval | null {
  assertLevel(level);
  const n = values.length;
  if (n < 2) return null;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (n - 1) / n);
  return { mean, standardError, ...around(mean, standardError, n - 1, level) };
}

/** `mean` ± t(df)·standardError. */
export function around(mean: number, standardError: number, df: number, level = 0.95): Interval {
  const half = tQuantile((1 + level) / 2, df) * standardError;
  return { low: mean - half, high: mean + half };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
