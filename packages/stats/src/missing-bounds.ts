import type { Interval } from './intervals.ts';
import { assertCount, assertRange } from './stats-error.ts';

/**
 * Between what and what the share of right answers lies when some planned items have no score: all missing ones wrong,
 * or all of them right. Needs no assumption about why they are missing: [k/planned, (k + missing)/planned].
 *
 * Source: Manski 1989 (worst-case bounds).
 */
export function missingBounds(correct: number, missing: number, planned: number): Interval {
  for (const [name, count] of Object.entries({ correct, missing, planned })) assertCount(count, name);
  assertRange(
    planned >= 1 && correct + missing <= planned,
    `${correct} right and ${missing} missing exceed ${planned} planned`,
  );
  return { low: correct / planned, high: (correct + missing) / planned };
}
