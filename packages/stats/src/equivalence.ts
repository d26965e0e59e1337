import type { Interval } from './intervals.ts';
import { normalQuantile } from './quantiles.ts';
import { assertLevel, assertRange } from './stats-error.ts';

export interface Equivalence {
  /** `replicated`: surely within the margin; `not`: surely outside of it; else the samples cannot tell. */
  verdict: 'replicated' | 'not' | 'inconclusive';
  /** The 1 − 2α interval of the difference. */
  interval: Interval;
}

/**
 * Two one-sided tests: are two results the same, give or take a margin? Equivalent when the 1 − 2α interval of their
 * difference lies inside ± margin. That a difference is not significant does not say that there is none.
 *
 * Source: Schuirmann 1987, J. Pharmacokinet. Biopharm. 15; Lakens 2017, Soc. Psychol. Personal. Sci. 8.
 *
 * @param standardError of the difference, in its unit; for two runs that are not paired, the root of the summed squares
 * @param margin the largest difference that does not matter, in the same unit
 */
export function equivalence(
  difference: number,
  standardError: number,
  margin: number,
  alpha = 0.05,
): Equivalence {
  assertLevel(alpha);
  assertRange(Number.isFinite(difference), 'the difference must be a finite number');
  assertRange(standardError >= 0 && Number.isFinite(standardError), 'a standard error is at least 0');
  assertRange(margin > 0 && Number.isFinite(margin), 'a margin is larger than 0');
  const reach = normalQuantile(1 - alpha) * standardError;
  const interval = { low: difference - reach, high: difference + reach };
  const inside = interval.low > -margin && interval.high < margin;
  const outside = interval.low > margin || interval.high < -margin;
  return { verdict: inside ? 'replicated' : outside ? 'not' : 'inconclusive', interval };
}
