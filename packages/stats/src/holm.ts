import { assertRange } from './stats-error.ts';

/**
 * Holm's adjusted p-values, in the order given. Rejecting those at most α keeps the chance of any false rejection in the
 * family below α, whatever the dependence between the tests. Say which family.
 *
 * Source: Holm 1979, Scand. J. Stat. 6.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  for (const p of pValues) assertRange(p >= 0 && p <= 1, `a p-value must lie in [0, 1], not ${p}`);
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
