import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFrontMatter } from './front-matter.ts';

const codes = (readme: string) =>
  checkFrontMatter(readme).map(({ severity, code, line }) => `${severity} ${code} ${line}`);

test('good front matter, an empty one and one with strange line ends pass', () => {
  const good = [
    '---\nlicense: mit\n---\n# x',
    '---\n---\n',
    '\ufeff---\r\ntags:\r\n- a\r\n---\r\ntext',
    '---\na: 1\n---',
  ];
  for (const readme of good) assert.deepEqual(codes(readme), [], JSON.stringify(readme));
});

test('none, or one that never ends, is a warning', () => {
  assert.deepEqual(codes('# hi'), ['warning no-front-matter 1']);
  assert.deepEqual(codes(''), ['warning no-front-matter 1']);
  assert.deepEqual(codes('---\n\nA line above.'), ['warning open-front-matter 1']);
});

test('faults carry the line of the file', () => {
  assert.equal(
    codes('---\nok: 1\nbad: "x\n---\n').some((one) => /^error yaml-syntax [34]$/.test(one)),
    true,
  );
  assert.deepEqual(codes('---\n- a\n- b\n---\n'), ['error not-a-mapping 2']);
});
