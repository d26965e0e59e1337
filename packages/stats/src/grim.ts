import { assertCount, assertRange } from './stats-error.ts';

export interface GrimVerdict {
  /** Some whole number of right answers gives the reported value. */
  attainable: boolean;
  /** Those numbers of right answers; more than one when the value is rounded coarsely. */
  counts: number[];
  /** The attainable value next to the reported one on each side, unrounded, when it is not attainable itself. */
  nearest: number[];
  /** The numbers of answers nearest to `n`, at most two below and two above, that could give the value. */
  denominators: number[];
}

/**
 * GRIM: can a share of `n` answers be what the file says? Attainable when a whole k exists with round(scale·k/n, d) as
 * reported, d being the decimals written; halves may have been rounded either way. With epochs n is items times epochs.
 * Means nothing for macro averages or for scores that are not right-or-wrong.
 *
 * Source: Brown & Heathers 2017, Soc. Psychol. Personal. Sci. 8, applied to shares.
 *
 * @param valueText the value as written, because `20.90` and `20.9` claim different precision.
 * @param scale 100 for percent, 1 for a fraction.
 * @returns null when the text is not a plain decimal number within 0 and `scale`.
 */
export function grim(valueText: string, n: number, scale: 1 | 100): GrimVerdict | null {
  assertCount(n, 'n');
  assertRange(n >= 1, 'n must be at least 1');
  const claim = readClaim(valueText);
  if (!claim || claim.digits > BigInt(scale) * claim.unit) return null;
  const counts = countsFor(claim, n, scale);
  const nearest = counts.length > 0 ? [] : neighbours(claim, n, scale);
  return { attainable: counts.length > 0, counts, nearest, denominators: denominatorsNear(claim, n, scale) };
}

/** The value `digits / unit`, unit being a power of ten. Whole numbers, so that no floating point decides a half. */
interface Claim {
  digits: bigint;
  unit: bigint;
}

function readClaim(text: string): Claim | null {
  const match = /^\+?(\d{1,15})(?:\.(\d{0,20}))?$/.exec(text.trim());
  if (!match) return null;
  const decimals = match[2] ?? '';
  return { digits: BigInt(match[1]! + decimals), unit: 10n ** BigInt(decimals.length) };
}

const MOST_COUNTS = 1_000;

// |scale·k/n − digits/unit| <= 1/(2·unit), multiplied by 2·n·unit.
function countsFor({ digits, unit }: Claim, n: number, scale: number): number[] {
  const [items, step] = [BigInt(n), 2n * BigInt(scale) * unit];
  const first = ceilDivide(2n * digits * items - items, step);
  const last = (2n * digits * items + items) / step;
  const counts: number[] = [];
  for (let k = first < 0n ? 0n : first; k <= last && k <= items && counts.length < MOST_COUNTS; k++)
    counts.push(Number(k));
  return counts;
}

function neighbours({ digits, unit }: Claim, n: number, scale: number): number[] {
  const below = Number((digits * BigInt(n)) / (BigInt(scale) * unit));
  return [below, below + 1].filter((k) => k <= n).map((k) => (scale * k) / n);
}

function denominatorsNear(claim: Claim, n: number, scale: number): number[] {
  const found: number[] = [];
  for (const direction of [-1, 1]) {
    let left = 2;
    // A claim with many decimals fits few denominators; what is 10,000 items away explains nothing.
    for (let m = n + direction; m >= 1 && left > 0 && Math.abs(m - n) <= 10_000; m += direction) {
      if (countsFor(claim, m, scale).length === 0) continue;
      found.push(m);
      left--;
    }
  }
  return found.sort((a, b) => a - b);
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return a <= 0n ? a / b : (a + b - 1n) / b;
}
