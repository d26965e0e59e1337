import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PythonFloat } from './python/values.ts';
import { strictTemplate, tolerantTemplate } from './template.ts';

const variables = {
  name: 'Ada',
  count: 12345,
  share: 0.4567,
  whole: new PythonFloat(2),
  list: ['x', 'y'],
  map: { key: 'value', none: null },
  nothing: null,
  'two words': 'ok',
};

test('both formatters fill names, items and formats', () => {
  const text = '{name} {list[1]} {map[key]} {two words} {count:,} {share:.1%} {name!r:>7} {whole} {{kept}}';
  const filled = "Ada y value ok 12,345 45.7%   'Ada' 2.0 {kept}";
  assert.equal(strictTemplate(text).render(variables), filled);
  assert.equal(tolerantTemplate(text).render(variables), filled);
});

test('the tolerant formatter writes back what has no value', () => {
  const render = (text: string) => tolerantTemplate(text).render(variables);
  assert.equal(
    render('{unknown} {nothing} {map[none]} {list[9]} {name.first}'),
    '{unknown} {nothing} None {list[9]} {name.first}',
  );
  assert.equal(render('{unknown:.2f} {name:d} {unknown!r}'), "{{unknown}:.2f} {Ada:d} '{unknown}'");
  assert.equal(render('\\boxed{} and {}'), '\\boxed{0} and {1}');
  assert.equal(render('{map}'), "{'key': 'value', 'none': None}");
  assert.equal(render('{name:{count}}').length, 12345, 'a format may hold a field');
});

test('the strict formatter refuses what has no value', () => {
  assert.throws(() => strictTemplate('{unknown}').render(variables), { code: 'unknown-variable' });
  assert.throws(() => strictTemplate('{}').render(variables), { code: 'unknown-variable' });
  assert.throws(() => strictTemplate('{name:d}').render(variables), { code: 'bad-template' });
  assert.throws(() => strictTemplate('{toString}').render(variables), { code: 'unknown-variable' });
});

test('unbalanced braces and impossible items fail in both', () => {
  for (const text of ['{', 'a }', '{name', '{name!x}', '{list[name]}', '{count[0]}', '{name!r', '{list[]}']) {
    assert.throws(() => strictTemplate(text).render(variables), { code: 'bad-template' }, text);
    assert.throws(() => tolerantTemplate(text).render(variables), { code: 'bad-template' }, text);
  }
  assert.throws(() => tolerantTemplate('{} {0}').render(variables), { code: 'bad-template' });
});

test('a filled-in text is not scanned again', () => {
  assert.equal(tolerantTemplate('{name}').render({ name: '{secret}', secret: 'x' }), '{secret}');
});
