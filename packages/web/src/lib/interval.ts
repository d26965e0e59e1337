import type { ResultRow } from '@assay/client';
import { type Interval, wilsonInterval } from '@assay/stats';

/**
 * The 95 % interval of a row's value, in the unit in which it is written: where its log tells how many of how many
 * were correct, and the value is that share (as a fraction or in percent, to the digits written). Else null: an
 * interval of something else would lie.
 */
export function intervalOf(row: Pick<ResultRow, 'value' | 'valueText' | 'n' | 'correct'>): Interval | null {
  const { n, correct } = row;
  if (!n || correct === undefined || correct < 0 || correct > n) return null;
  const scale = [1, 100].find((unit) => agrees(row.value, (unit * correct) / n, row.valueText));
  if (!scale) return null;
  const { low, high } = wilsonInterval(correct, n);
  return { low: low * scale, high: high * scale };
}

function agrees(value: number, share: number, written: string): boolean {
  const decimals = written.match(/\.(\d+)$/)?.[1]?.length ?? 0;
  return Math.abs(value - share) <= 0.5 * 10 ** -Math.min(decimals, 12) + 1e-9;
}

/** The ends of a common axis for rows of one board: round numbers that hold every value and interval; null for none. */
export function axisOf(rows: Pick<ResultRow, 'value' | 'valueText' | 'n' | 'correct'>[]): Interval | null {
  const points = rows.flatMap((row) => {
    const interval = intervalOf(row);
    return interval ? [interval.low, interval.high, row.value] : [row.value];
  });
  if (points.length === 0) return null;
  const low = Math.min(...points);
  const high = Math.max(...points);
  const step = 10 ** Math.floor(Math.log10(high - low || Math.abs(high) || 1));
  const bottom = Math.floor(low / step) * step;
  const top = Math.ceil(high / step) * step;
  return { low: tidy(bottom), high: tidy(top === bottom ? bottom + step : top) };
}

/** Rounds away what binary fractions add: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
