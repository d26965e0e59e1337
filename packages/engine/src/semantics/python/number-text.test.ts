import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floatRepr, formatExponent, formatFixed, formatGeneral, roundHalfEven } from './number-text.ts';

test('floats are written as repr writes them', () => {
  const cases: [number, string][] = [
    [1, '1.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  for (const [value, text] of cases) assert.equal(floatRepr(value), text);
});

test('general format drops zeros and changes to exponents at the precision', () => {
  assert.equal(formatGeneral(99999, 5), '99999');
  assert.equal(formatGeneral(100000, 5), '1e+05');
  assert.equal(formatGeneral(0.00012, 5), '0.00012');
  assert.equal(formatGeneral(0.000012, 5), '1.2e-05');
  assert.equal(formatGeneral(2.5, 5, true), '2.5000');
});

test('exact halves go to the even digit, where JavaScript rounds up', () => {
  assert.equal(formatGeneral(12344.5, 5), '12344');
  assert.equal(formatGeneral(12345.5, 5), '12346');
  assert.equal(formatFixed(0.5, 0), '0');
  assert.equal(formatFixed(1.5, 0), '2');
  assert.equal(formatFixed(0.125, 2), '0.12');
  assert.equal(formatFixed(0.375, 2), '0.38');
  assert.equal(formatExponent(2.5, 0), '2e+00');
  assert.equal(roundHalfEven(2.675, 2), 2.67, '2.675 lies below the half');
});

test('rounding up can carry into a new digit', () => {
  assert.equal(formatFixed(99.95, 0), '100');
  assert.equal(formatExponent(9.5, 0), '1e+01');
  assert.equal(formatFixed(1e22, 1), '10000000000000000000000.0');
});
