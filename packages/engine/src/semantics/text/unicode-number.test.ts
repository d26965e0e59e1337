import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeNumber, parseNumber } from './number-in-text.ts';
import { numericValue } from './numeric-value.ts';
import { parseUnicodeNumber } from './unicode-number.ts';

test('signs of all kinds, each minus turning the number round', () => {
  assert.equal(parseUnicodeNumber('−7'), -7);
  assert.equal(parseUnicodeNumber('－－７'), 7);
  assert.equal(parseUnicodeNumber('负三'), -3);
});

test('fractions and powers set in one character', () => {
  assert.equal(parseUnicodeNumber('3¾'), 3.75);
  assert.equal(parseUnicodeNumber('10⁻²'), 0.01);
  assert.equal(parseUnicodeNumber('-3²'), 9, 'the sign belongs to the base');
  assert.equal(parseUnicodeNumber('¾½'), undefined);
  assert.equal(parseUnicodeNumber('0⁻¹'), undefined);
});

test('decimal and group marks of several habits', () => {
  assert.equal(parseUnicodeNumber('1.234.567,5'), 1_234_567.5);
  assert.equal(parseUnicodeNumber('1.2.3'), undefined);
  assert.equal(parseUnicodeNumber('1,234,567.5'), 1234567.5);
  assert.equal(parseUnicodeNumber('12,5'), 12.5);
  assert.equal(parseUnicodeNumber('12,5000'), 125000);
  assert.equal(parseUnicodeNumber("1'000'000"), 1_000_000);
  assert.equal(parseUnicodeNumber('１２．５'), 12.5);
});

test('Chinese numerals by digits, by units, with a point', () => {
  assert.equal(parseUnicodeNumber('二〇二六'), 2026);
  assert.equal(parseUnicodeNumber('三万五千零八'), 35008);
  assert.equal(parseUnicodeNumber('两亿'), 200_000_000);
  assert.equal(parseUnicodeNumber('三点一四'), 3 + 0.1 + 4 * (0.1 / 10));
  assert.equal(parseUnicodeNumber('三x'), undefined);
});

test('single characters have the value Unicode gives them', () => {
  assert.equal(numericValue('Ⅻ'), 12);
  assert.equal(numericValue('㉚'), 30);
  assert.equal(numericValue('௲'), 1000);
  assert.equal(numericValue('⅞'), 7 / 8);
  assert.equal(numericValue('x'), undefined);
});

test('a number in a text may stand in brackets and quotes, not behind a sign of doubt', () => {
  assert.equal(parseNumber('"(42)!"'), 42);
  for (const text of ['~42', '<42', '42%', '42kg', '3/4', 'x=42', '1e999', 'nan'])
    assert.equal(parseNumber(text), undefined, text);
  assert.equal(normalizeNumber('123456'), '1.2346e+05');
  assert.equal(normalizeNumber('none'), 'none');
});
