import { assertRange } from './stats-error.ts';

/**
 * Ranks from 1, best first, in the order given. Equal values share a rank and the next one is skipped (1, 1, 3): a tie
 * is never broken by who came first.
 */
export function sharedRanks(values: readonly number[], options: { lowerIsBetter?: boolean } = {}): number[] {
  for (const value of values) assertRange(!Number.isNaN(value), 'a value to be ranked must be a number');
  const sign = options.lowerIsBetter ? 1 : -1;
  const order = values.map((_, index) => index).sort((a, b) => sign * (values[a]! - values[b]!));
  const ranks = Array<number>(values.length).fill(0);
  for (const [position, index] of order.entries()) {
    const before = order[position - 1];
    const tied = before !== undefined && values[before] === values[index];
    ranks[index] = tied ? ranks[before]! : position + 1;
  }
  return ranks;
}
