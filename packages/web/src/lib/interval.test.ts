import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisOf, intervalOf } from './interval.ts';

const row = (valueText: string, correct?: number, n?: number) => ({
  value: Number(valueText),
  valueText,
  correct,
  n,
});

test('a share written as a fraction or in percent has an interval in its own unit', () => {
  const fraction = intervalOf(row('0.3904', 515, 1319));
  const percent = intervalOf(row('39.04', 515, 1319));
  assert.ok(fraction && fraction.low > 0.364 && fraction.high < 0.418);
  assert.ok(percent && Math.abs(percent.low - 100 * fraction.low) < 1e-9);
});

test('a value that is not the share of correct samples has none', () => {
  assert.equal(intervalOf(row('0.41', 515, 1319)), null);
  assert.equal(intervalOf(row('17.5', 515, 1319)), null);
});

test('without the counts, or with impossible ones, there is none', () => {
  assert.equal(intervalOf(row('0.5')), null);
  assert.equal(intervalOf(row('0.5', 1, 0)), null);
  assert.equal(intervalOf(row('2', 4, 2)), null);
});

test('an axis holds every value and interval and ends in round numbers', () => {
  const axis = axisOf([row('0.3904', 515, 1319), row('0.5625', 742, 1319), row('0.21')]);
  assert.deepEqual(axis, { low: 0.2, high: 0.6 });
  assert.equal(axisOf([]), null);
});

test('an axis of one value still has a length', () => {
  const axis = axisOf([row('7')]);
  assert.ok(axis && axis.low <= 7 && axis.high >= 7 && axis.low < axis.high);
});
