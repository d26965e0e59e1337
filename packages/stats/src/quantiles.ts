import { incompleteBeta, logGamma } from './beta-function.ts';
import { assertLevel, assertRange } from './stats-error.ts';

/** The value below which a share `p` of the standard normal distribution lies, to about 12 digits. */
export function normalQuantile(p: number): number {
  assertLevel(p);
  return quantile(p, normalTail, 40);
}

/** The value below which a share `p` of Student's t distribution with `df` > 0 degrees of freedom lies, to about 9 digits. */
export function tQuantile(p: number, df: number): number {
  assertLevel(p);
  assertRange(df > 0, `degrees of freedom must be positive, not ${df}`);
  return quantile(p, (t) => tTail(t, df), 1e12);
}

// Through the smaller tail: near 1, `1 - p` keeps the digits that `p` has lost.
function quantile(p: number, tail: (x: number) => number, high: number): number {
  if (p === 0.5) return 0;
  return p < 0.5 ? -whereTailIs(p, tail, high) : whereTailIs(1 - p, tail, high);
}

/** The share of the standard normal distribution above `z` >= 0. */
function normalTail(z: number): number {
  const x = (z * z) / 2;
  // Q(1/2, x): the series of the incomplete gamma function below, its continued fraction above (DLMF 8.7.1, 8.9.2).
  if (x < 1.5) {
    let term = 2;
    let sum = term;
    for (let k = 1; Math.abs(term) > 1e-18; k++) {
      term *= x / (k + 0.5);
      sum += term;
    }
    return 0.5 * (1 - sum * Math.exp(-x + 0.5 * Math.log(x || Number.MIN_VALUE) - logGamma(0.5)));
  }
  let b = x + 0.5;
  let c = 1e300;
  let d = 1 / b;
  let product = d;
  for (let k = 1; k < 10_000; k++) {
    const a = -k * (k - 0.5);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return 0.5 * Math.exp(-x + 0.5 * Math.log(x) - logGamma(0.5)) * product;
}

/** The share of the t distribution above `t` >= 0. */
function tTail(t: number, df: number): number {
  return 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

function whereTailIs(share: number, tail: (x: number) => number, high: number): number {
  let [low, top] = [0, high];
  // Halving until neighbours in floating point; some 60 to 100 steps.
  while (true) {
    const middle = (low + top) / 2;
    if (middle <= low || middle >= top) return middle;
    if (tail(middle) > share) low = middle;
    else top = middle;
  }
}
