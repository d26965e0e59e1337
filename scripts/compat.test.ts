import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citationsOf } from './compat/citations.ts';
import { compatFaults, toCompatDoc } from './compat/to-compat-doc.ts';

const text = [
  "import { test } from 'node:test';",
  '// compat: a.one, a.two',
  "test('it\\'s the first', () => {});",
  'test(',
  "  'the second, broken', async () => {",
  '  // compat: a.three',
  '});',
].join('\n');

test('a citation belongs to the test below it, else to the one it stands in', () => {
  const found = citationsOf('x.test.ts', text).map(({ id, line, title }) => [id, line, title]);
  assert.deepEqual(found, [
    ['a.one', 2, "it's the first"],
    ['a.two', 2, "it's the first"],
    ['a.three', 6, 'the second, broken'],
  ]);
  const [script] = citationsOf('x.py', '"""What a user does."""\n# compat: a.one\n');
  assert.equal(script?.title, 'What a user does.');
});

test('what is uncited, unknown, misspelt, or cited though absent, is told', () => {
  const citations = citationsOf('x.test.ts', text);
  const groups = {
    Some: {
      'a.one': { for: 'P0 §1.1 python', rule: 'One.' },
      'a.two': { for: 'P0 §1.1 python', rule: 'Two.', absent: true as const },
      'a.four': { for: 'P1 §1.1 nobody', rule: 'Four.' },
    },
  };
  assert.deepEqual(
    compatFaults(groups, citations)
      .map((fault) => fault.split(' ')[0])
      .sort(),
    [
      'a.four:', // its client
      'a.four:', // uncited
      'x.test.ts:2:', // absent
      'x.test.ts:6:', // unknown
    ],
  );
  const good = { Some: { 'a.one': groups.Some['a.one'] } };
  const [one] = citations;
  assert.deepEqual(compatFaults(good, [one!]), []);
  assert.match(toCompatDoc(good, [one!]), /`a\.one` P0 \| One\. \| `huggingface_hub` \| \[x\.test\.ts\]/);
});
