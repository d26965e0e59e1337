import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equivalence } from './equivalence.ts';

test('inside the margin, outside of it, and what the samples cannot tell', () => {
  assert.equal(equivalence(0.002, 0.004, 0.02).verdict, 'replicated');
  assert.equal(equivalence(0.002, 0.02, 0.02).verdict, 'inconclusive');
  assert.equal(equivalence(0.09, 0.02, 0.02).verdict, 'not');
  assert.equal(equivalence(-0.09, 0.02, 0.02).verdict, 'not');
});

test('the interval is that of 90 percent', () => {
  const { interval } = equivalence(0.1, 0.05, 0.02);
  assert.ok(Math.abs(interval.low - (0.1 - 1.6448536269514722 * 0.05)) < 1e-9);
  assert.ok(Math.abs(interval.high - (0.1 + 1.6448536269514722 * 0.05)) < 1e-9);
});

/** Rejection is as rare as promised: at the margin itself, 5 of 100 runs are called replicated. */
test('its size at the edge of the margin is alpha', () => {
  let seed = 12345;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  let replicated = 0;
  for (let run = 0; run < 4_000; run += 1)
    if (equivalence(0.02 + 0.005 * normal(), 0.005, 0.02).verdict === 'replicated') replicated += 1;
  assert.ok(Math.abs(replicated / 4_000 - 0.05) < 0.012, `${replicated} of 4000`);
});

test('what has no meaning is refused', () => {
  assert.throws(() => equivalence(0, 0.1, 0), { code: 'out-of-range' });
  assert.throws(() => equivalence(Number.NaN, 0.1, 0.1), { code: 'out-of-range' });
  assert.throws(() => equivalence(0, -1, 0.1), { code: 'out-of-range' });
});
