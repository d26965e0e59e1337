import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern } from './pattern.ts';

/** The whole match and its groups, null for a group that took no part; null when nothing was found. */
function search(pattern: string, text: string, ignoreCase = false): (string | null)[] | null {
  const found = compilePattern(pattern, { ignoreCase }).search(text);
  return found && [found.text, ...found.groups.map((group) => group ?? null)];
}

test('classes, anchors and groups mean what they mean in Python', () => {
  assert.deepEqual(search('(\\d+)$', 'n 12\n'), ['12', '12'], '$ also stands before a last line break');
  assert.equal(search('(\\d+)\\Z', 'n 12\n'), null);
  assert.deepEqual(search('^(\\w+)', 'été 3'), ['été', 'été']);
  assert.deepEqual(search('(?a)(\\w+)', 'été'), ['t', 't']);
  assert.deepEqual(search('\\bé\\w*\\b', 'un été'), ['été']);
  assert.deepEqual(search('[^\\W\\d_]+', '12_ab'), ['ab']);
  assert.deepEqual(search('[]a-c]+', 'x]b'), [']b']);
  assert.deepEqual(search('(.)', '😀'), ['😀', '😀'], 'one code point, not half of one');
});

test('groups keep their last round, unlike those of JavaScript', () => {
  assert.deepEqual(search('(?:(a)|b)*', 'ab'), ['ab', 'a']);
  assert.equal(search('(a)?\\1b', 'b'), null, 'a reference to a group that took no part fails');
  assert.deepEqual(search('(?P<q>[\'"]).*?(?P=q)', `x "it's" y`), [`"it's"`, '"']);
  assert.deepEqual(search('(<)?a(?(1)>|$)', '<a>'), ['<a>', '<']);
});

test('quantifiers: greedy, lazy, possessive, bounded', () => {
  assert.deepEqual(search('a{2,3}', 'aaaa'), ['aaa']);
  assert.deepEqual(search('a{2,3}?', 'aaaa'), ['aa']);
  assert.equal(search('a*+a', 'aaa'), null);
  assert.deepEqual(search('(?>a+|b)c', 'aac'), ['aac']);
  assert.deepEqual(search('x{,2}y', 'xxxy'), ['xxy']);
  assert.deepEqual(search('a{b}', 'a{b}'), ['a{b}'], 'a brace that bounds nothing is a brace');
  assert.deepEqual(search('(a*)*b', 'aab'), ['aab', ''], 'an empty round ends a loop');
});

test('looking around and back', () => {
  assert.deepEqual(search('(?<=\\$)\\d+(?!\\d|%)', '$12% $34'), ['34']);
  assert.deepEqual(search('(?<!a)b', 'ab b'), ['b']);
  assert.throws(() => search('(?<=a+)b', 'b'), { code: 'bad-pattern' }, 'only of fixed length');
});

test('flags for the whole, for a part, and none', () => {
  assert.deepEqual(search('(?s)a.b', 'a\nb'), ['a\nb']);
  assert.deepEqual(search('(?im)^B$', 'a\nb'), ['b']);
  assert.deepEqual(search('(?x) a  b # note', 'ab'), ['ab']);
  assert.deepEqual(search('(?i:A)b', 'ab'), ['ab']);
  assert.equal(search('(?i:A)b', 'aB'), null);
  assert.deepEqual(search('(?-i:A)b', 'AB', true), ['AB']);
});

test('case aside, letters match all their forms', () => {
  assert.deepEqual(search('s', 'ſ', true), ['ſ']);
  assert.deepEqual(search('k', '\u212a', true), ['\u212a']);
  assert.deepEqual(search('[a-z]+', 'AıİK', true), ['AıİK']);
  assert.deepEqual(search('ς', 'Σ', true), ['Σ']);
  assert.equal(search('ß', 'SS', true), null, 'one letter never matches two');
});

test('escapes by number and by name', () => {
  assert.deepEqual(search('\\x41\\u00e9\\U0001F600\\101', 'Aé😀A'), ['Aé😀A']);
  assert.deepEqual(search('\\N{GREEK SMALL LETTER ALPHA}', 'α'), ['α']);
  assert.throws(() => search('\\N{NO SUCH LETTER}', ''), { code: 'bad-pattern' });
});

test('what Python refuses is refused', () => {
  const malformed = [
    '(',
    ')',
    '[a',
    '*a',
    'a**',
    '(?P<n>a)(?P<n>b)',
    '(?P=n)',
    '\\2',
    '(a\\1)',
    'x(?i)y',
    '[z-a]',
    '\\q',
    'a{3,2}',
  ];
  for (const pattern of [...malformed, '(?<n>a)', '(?z)', '(?', '\\', '\\x4', '(?(2)a)', '^*']) {
    assert.throws(() => compilePattern(pattern), { code: 'bad-pattern' }, pattern);
  }
  assert.throws(
    () => compilePattern(`(?:${'(?:ab){1000}'}){1000}`),
    { code: 'bad-pattern' },
    'too large when written out',
  );
});

test('a pattern that explodes ends with an error, not with the run', () => {
  for (const [pattern, text] of [
    ['(a+)+$', `${'a'.repeat(60)}b`],
    ['(a|a)*c', 'a'.repeat(60)],
    ['(.*,){20}x', ','.repeat(200)],
  ] as const) {
    assert.throws(() => search(pattern, text), { code: 'pattern-budget' }, pattern);
  }
});

test('a long text without a match is passed over quickly', () => {
  const text = 'word '.repeat(40_000);
  const began = performance.now();
  assert.equal(search('(?s).*Answer: (\\w)', text), null);
  assert.equal(search('Answer:\\s*(\\w)', text), null);
  assert.ok(performance.now() - began < 1000);
});
