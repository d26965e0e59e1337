import { assertRange } from './stats-error.ts';

/** How results that are not shown differ from those that are, on one task and in its unit. */
export interface Suppression {
  shown: number;
  hidden: number;
  /** Median of the hidden values minus median of the shown ones; null when there are none of either. */
  medianDifference: number | null;
  /** Mean of the shown values minus mean of all: how far hiding has moved the picture; null when nothing is shown. */
  bias: number | null;
}

/**
 * What hiding results does to the picture of a model. Values of one task in one unit; the order does not matter.
 *
 * Descriptive: the figures say what was taken away, and nothing of why. With honest withdrawals (a wrong setup mended)
 * they are not zero either.
 */
export function suppression(shown: number[], hidden: number[]): Suppression {
  assertRange([...shown, ...hidden].every(Number.isFinite), 'values must be finite numbers');
  const both = shown.length > 0 && hidden.length > 0;
  return {
    shown: shown.length,
    hidden: hidden.length,
    medianDifference: both ? median(hidden) - median(shown) : null,
    bias: shown.length > 0 ? mean(shown) - mean([...shown, ...hidden]) : null,
  };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
