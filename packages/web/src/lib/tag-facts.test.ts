import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toTagFacts } from './tag-facts.ts';

test('licence, languages and sources are told in a fixed order, other tags are not', () => {
  const tags = [
    'en',
    'arxiv:2110.14168',
    'language:en',
    'language:de',
    'license:mit',
    'base_model:a/b',
    'license:',
  ];
  assert.deepEqual(
    toTagFacts(tags).map(({ label, values }) => [label, ...values.map(({ text }) => text)]),
    [
      ['Licence', 'mit'],
      ['Languages', 'en', 'de'],
      ['arXiv', '2110.14168'],
    ],
  );
  assert.equal(toTagFacts(Array.from({ length: 30 }, (_, at) => `language:l${at}`))[0]!.values.length, 8);
});
