import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@assay/spec';
import { incompleteBeta, logGamma } from './beta-function.ts';
import { normalQuantile, tQuantile } from './quantiles.ts';

function close(actual: number, expected: number, relative = 1e-11): void {
  const scale = Math.max(Math.abs(expected), 1e-300);
  assert.ok(Math.abs(actual - expected) <= relative * scale, `${actual} is not near ${expected}`);
}

test('the normal quantile agrees with published values and is odd around one half', () => {
  close(normalQuantile(0.975), 1.959963984540054);
  close(normalQuantile(0.995), 2.5758293035489004);
  close(normalQuantile(0.8), 0.8416212335729143);
  close(normalQuantile(0.6), 0.2533471031357997);
  close(normalQuantile(1e-10), -6.361340902404056);
  assert.equal(normalQuantile(0.5), 0);
  for (const p of [0.001, 0.1, 0.3, 0.49]) close(normalQuantile(p), -normalQuantile(1 - p));
});

test('the t quantile equals its closed forms for 1, 2 and 4 degrees of freedom', () => {
  for (const p of [0.6, 0.9, 0.975, 0.9995]) {
    close(tQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)));
    const a = 4 * p * (1 - p);
    close(tQuantile(p, 2), (2 * p - 1) * Math.sqrt(2 / a));
    const q = Math.cos(Math.acos(Math.sqrt(a)) / 3) / Math.sqrt(a);
    close(tQuantile(p, 4), 2 * Math.sqrt(q - 1));
  }
});

test('the t quantile agrees with tables and tends to the normal one', () => {
  close(tQuantile(0.975, 10), 2.2281388519649385, 1e-8);
  close(tQuantile(0.975, 29), 2.045229642132703, 1e-8);
  close(tQuantile(0.025, 29), -2.045229642132703, 1e-8);
  const z = normalQuantile(0.975);
  close(tQuantile(0.975, 1e6), z + (z ** 3 + z) / 4e6, 1e-8);
});

test('log gamma of whole numbers is the log of a factorial, of one half the log of the root of pi', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    assert.ok(Math.abs(logGamma(n) - Math.log(factorial)) < 1e-12, `gamma(${n})`);
    factorial *= n;
  }
  close(logGamma(0.5), 0.5 * Math.log(Math.PI), 1e-13);
});

test('the incomplete beta function is a binomial sum for whole parameters', () => {
  for (const [k, n, p] of [
    [3, 10, 0.3],
    [0, 7, 0.5],
    [6, 7, 0.9],
    [40, 100, 0.45],
  ] as const) {
    let sum = 0;
    let choose = 1;
    for (let i = 0; i <= k; i++) {
      sum += choose * p ** i * (1 - p) ** (n - i);
      choose = (choose * (n - i)) / (i + 1);
    }
    close(incompleteBeta(1 - p, n - k, k + 1), sum, 1e-12);
  }
});

test('levels outside (0, 1) and degrees of freedom of 0 are refused', () => {
  const refused = (error: unknown) => error instanceof CodedError && error.code === 'out-of-range';
  for (const p of [0, 1, -1, Number.NaN]) assert.throws(() => normalQuantile(p), refused);
  assert.throws(() => tQuantile(0.9, 0), refused);
});
