import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caseFold } from './case-fold.ts';
import { decimalDigit, isFiniteNumber, parseFloatText } from './float.ts';
import { removePunctuation, stripNumericPunctuation, stripPunctuation } from './punctuation.ts';
import { createPythonRandom } from './random.ts';
import { isBlank, splitWhitespace, strip } from './whitespace.ts';

test('case folding goes beyond lower case', () => {
  assert.equal(caseFold('GROẞE Straße'), 'grosse strasse');
  assert.equal(caseFold('ΣΊΣΥΦΟΣ'), caseFold('Σίσυφος'));
  assert.equal(caseFold('ﬃ ǅ'), 'ffi ǆ');
  assert.equal(caseFold('ıİ'), 'ıi\u0307');
  assert.equal(caseFold('ᏣᎳᎩ'), caseFold('ꮳꮃꭹ'), 'Cherokee folds to its capitals');
});

test('whitespace is what Python takes for it', () => {
  assert.equal(strip('\x1c\u3000 x \x85'), 'x');
  assert.equal(strip('\ufeffx'), '\ufeffx', 'the byte order mark is none');
  assert.deepEqual(splitWhitespace(' a\x1fb\u00a0c '), ['a', 'b', 'c']);
  assert.equal(isBlank('\u2028\t'), true);
});

test('float() reads underscores, other scripts and the words', () => {
  assert.equal(parseFloatText(' 1_000.5e-1 '), 100.05);
  assert.equal(parseFloatText('١٢٣'), 123);
  assert.equal(parseFloatText('-Infinity'), Number.NEGATIVE_INFINITY);
  for (const text of ['1__0', '_1', '1_', '0x10', '1,000', '', '1e', '½'])
    assert.equal(parseFloatText(text), undefined);
  assert.equal(isFiniteNumber('1e999'), false);
  assert.equal(decimalDigit('𝟗'), 9);
  assert.equal(decimalDigit('²'), undefined);
});

test('punctuation is ASCII punctuation', () => {
  assert.equal(stripPunctuation(' "(Paris)…! '), 'Paris)…');
  assert.equal(removePunctuation("U.S.A. – don't"), 'USA – dont');
  assert.equal(stripNumericPunctuation('\\$1,234.50.'), '1234.50');
  assert.equal(stripNumericPunctuation('**18** v1.2 e.g.'), '18 v1.2 eg');
});

test('the random numbers are those of random.Random', () => {
  const shuffled = (seed: number | bigint, count: number) => {
    const items = Array.from({ length: count }, (_none, index) => index);
    createPythonRandom(seed).shuffle(items);
    return items;
  };
  // From CPython 3.11: random.Random(7).shuffle(list(range(8))), and so on.
  assert.deepEqual(shuffled(7, 8), [6, 7, 2, 4, 0, 3, 1, 5]);
  assert.deepEqual(shuffled(-7, 8), [6, 7, 2, 4, 0, 3, 1, 5], 'the sign of a seed does not count');
  assert.deepEqual(shuffled(2n ** 70n, 6), [5, 2, 0, 4, 3, 1]);
});
