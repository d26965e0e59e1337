import { normalQuantile } from './quantiles.ts';
import { assertCount, assertLevel, assertRange } from './stats-error.ts';

export interface TestDesign {
  /** Chance of calling a difference where there is none, two-sided. Default 0.05. */
  alpha?: number;
  /** Chance of calling a difference that is there. Default 0.8. */
  power?: number;
}

/**
 * The smallest gap between two models on the same `n` items that a paired test can call, as a share: (z + z')·√(r/n).
 * `discordance` r is the share of items on which exactly one of the two is right; for unpaired runs it is 2·p(1−p).
 *
 * Source: normal approximation of McNemar's test, Miller 2024, arXiv:2411.00640, section 5.
 */
export function smallestGap(n: number, discordance: number, design: TestDesign = {}): number {
  assertCount(n, 'n');
  assertRange(n >= 1, 'n must be at least 1');
  assertRange(discordance >= 0 && discordance <= 1, `discordance must lie in [0, 1], not ${discordance}`);
  return reach(design) * Math.sqrt(discordance / n);
}

/** How many items the same test needs to call a `gap` (a share, such as 0.01). */
export function itemsForGap(gap: number, discordance: number, design: TestDesign = {}): number {
  assertRange(gap > 0 && gap <= 1, `a gap must lie in (0, 1], not ${gap}`);
  return Math.ceil(discordance * (reach(design) / gap) ** 2);
}

/** The discordance of two unpaired runs at accuracies `p`, or of paired ones whose answers correlate by `correlation`. */
export function discordanceAt(p: number, correlation = 0): number {
  assertRange(p >= 0 && p <= 1, `an accuracy must lie in [0, 1], not ${p}`);
  assertRange(correlation >= -1 && correlation <= 1, `a correlation must lie in [-1, 1], not ${correlation}`);
  return 2 * p * (1 - p) * (1 - correlation);
}

function reach({ alpha = 0.05, power = 0.8 }: TestDesign): number {
  assertLevel(alpha);
  assertLevel(power);
  return normalQuantile(1 - alpha / 2) + normalQuantile(power);
}
