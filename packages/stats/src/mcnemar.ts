import { incompleteBeta } from './beta-function.ts';
import { assertCount } from './stats-error.ts';

/**
 * Exact two-sided McNemar test on paired right-or-wrong answers: `onlyA` items that only A got right, `onlyB` only B.
 * The items on which both agree say nothing. Returns the p-value: min(1, 2·Σ_{i ≤ min(b,c)} C(b+c, i)/2^(b+c)).
 *
 * Sources: McNemar 1947; Dietterich 1998; recommended for paired evals by Miller 2024, arXiv:2411.00640.
 */
export function exactMcNemar(onlyA: number, onlyB: number): number {
  assertCount(onlyA, 'onlyA');
  assertCount(onlyB, 'onlyB');
  const n = onlyA + onlyB;
  const least = Math.min(onlyA, onlyB);
  // The binomial distribution function as an incomplete beta: no sum, so it is as quick for 10,000 pairs as for 10.
  return n === 0 ? 1 : Math.min(1, 2 * incompleteBeta(0.5, n - least, least + 1));
}
