import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFrontMatter } from './front-matter.ts';

const codes = (readme: string) =>
  checkFrontMatter(readme).map(({ severity, code, line }) => `${severity} ${code} ${line}`);

test('good front matter, an empty one and one with strange line ends pass', () => {
  for (const readme of [
    '---\nlicense: mit\n---\n# x',
    '---\n---\n',
    '\ufeff---\r\ntags:\r\n- a\r\n---\r\ntext',
    '---\na: 1\n---',
  ]) {
    assert.deepEqual(codes(readme), [], JSON.stringify(readme));
  }
});

test('none, or one that never ends, is a warning', () => {
  assert.deepEqual(codes('# hi'), ['warning no-front-matter 1']);
  assert.deepEqual(codes(''), ['warning no-front-matter 1']);
  assert.deepEqual(codes('---\n\nA line above.'), ['warning open-front-matter 1']);
});

test('faults carry the line of the file', () => {
  assert.deepEqual(
    codes('---\nlicense: mit\ntags: [a\n---\n').map((one) => one.slice(0, 17)),
    ['error yaml-syntax'],
  );
  assert.deepEqual(
    codes('---\nok: 1\nbad: "x\n---\n').every((one) => /[34]$/.test(one)),
    true,
  );
  assert.deepEqual(codes('---\n- a\n- b\n---\n'), ['error not-a-map 2']);
  assert.deepEqual(codes(`---\n${'a: 1\n'.repeat(60_000)}---\n`), ['error too-large 1']);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((n, i) => `${n}: &${n} [${`*${'abcdefg'[i]},`.repeat(9)}]\n`)
    .join('')}`;
  assert.deepEqual(codes(`---\n${bomb}---\n`), ['error too-many-aliases 2']);
});
