import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_YAML_LENGTH, readYamlText } from './yaml-text.ts';
import { toJson } from './yaml-tree.ts';

const codes = (text: string) =>
  readYamlText(text)
    .issues.all()
    .map((issue) => issue.code);
const json = (text: string) => {
  const { root, issues } = readYamlText(text);
  assert.deepEqual(issues.all(), [], text.slice(0, 80));
  return root && toJson(root);
};

test('YAML 1.2 values, dates and yes as text, odd numbers as written', () => {
  const text = 'a: 1\nb: "1"\nc: 2026-01-15\nd: yes\ne: true\nf: ~\ng: [1.50, .nan, .inf]\nh: {}\n';
  const expected = {
    a: 1,
    b: '1',
    c: '2026-01-15',
    d: 'yes',
    e: true,
    f: null,
    g: [1.5, '.nan', '.inf'],
    h: {},
  };
  assert.deepEqual(json(text), expected);
  assert.deepEqual(json(`%YAML 1.1\n---\n${text}`), expected);
});

test('a key named __proto__ is only a key', () => {
  const value = json('__proto__: {polluted: true}\n') as Record<string, unknown>;
  assert.ok(Object.hasOwn(value, '__proto__'));
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('aliases are expanded, with a bound', () => {
  assert.deepEqual(json('a: &x [1, 2]\nb: *x\n'), { a: [1, 2], b: [1, 2] });
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [index, key] of [...'bcdefghi'].entries())
    bomb.push(`${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`);
  assert.ok(codes(bomb.join('\n')).includes('too-many-aliases'));
  assert.deepEqual(codes('a: &a [*a]\n'), ['too-deep']);
  assert.deepEqual(codes('a: *x\n'), ['unknown-alias']);
});

test('what is refused, each with its code and its place', () => {
  const cases: [string, string, number, number][] = [
    ['a: 1\na: 2\n', 'duplicate-key', 2, 1],
    ['a: 1\n---\nb: 2\n', 'multiple-documents', 2, 1],
    ['x:\n\ta: 1\n', 'yaml-syntax', 2, 1],
    ['a: [1, 2\n', 'yaml-syntax', 2, 1],
    ['a: "open\n', 'yaml-syntax', 2, 1],
    ['a: !!python/object:os.system x\n', 'unknown-tag', 1, 4],
    ['b: {a: 1}\nc:\n  <<: {a: 1}\n', 'merge-key', 3, 3],
    ['[a]: 1\n', 'key-not-text', 1, 1],
    ['a: "x\\0"\n', 'invalid-text', 1, 4],
    ['a: ["\\ud800"]\n', 'invalid-text', 1, 5],
    ['"\\0": 1\n', 'invalid-text', 1, 1],
  ];
  for (const [text, code, line, column] of cases) {
    const [issue] = readYamlText(text).issues.all();
    assert.deepEqual([issue?.code, issue?.line, issue?.column], [code, line, column], text);
  }
});

test('hostile texts are refused and none takes the process down', () => {
  const size = MAX_YAML_LENGTH / 2;
  const hostile = {
    long: 'a'.repeat(MAX_YAML_LENGTH + 1),
    brackets: '['.repeat(size),
    closed: '['.repeat(3_000) + ']'.repeat(3_000),
    dashes: '- '.repeat(size / 2),
    questions: '? '.repeat(size / 2),
    commas: `[${','.repeat(size / 4)}]`,
    anchors: '&a '.repeat(size / 8),
    braces: '}\n'.repeat(size / 8),
  };
  for (const [kind, text] of Object.entries(hostile)) {
    const { issues } = readYamlText(text);
    assert.ok(issues.hasErrors, kind);
    assert.ok(issues.all().length <= 402, kind);
  }
});

test('many keys are read without comparing each with all', () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}:`).join('\n');
  assert.equal(Object.keys(json(text) as object).length, 60_000);
});

test('a flood of mistakes is cut, and says so', () => {
  const { issues } = readYamlText('a: 1\n'.repeat(1_000));
  assert.equal(issues.all().length, 201);
  assert.equal(issues.all().at(-1)?.code, 'too-many-issues');
});

test('messages are one line without control characters', () => {
  for (const text of ['a: "\u001b[31m', '"\u0007": 1\n"\u0007": 2\n', 'a: !\u202etag x']) {
    for (const issue of readYamlText(text).issues.all())
      assert.doesNotMatch(issue.message, /[\u0000-\u001f\u007f-\u009f\u202e]/);
  }
});
