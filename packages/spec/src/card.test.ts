import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseModelsOf, cardTags, parseCard } from './card.ts';

test('front matter and body are taken apart', () => {
  const card = parseCard(
    '---\nlicense: mit\ndate: 2024-01-02\nno: yes\n---\n# Title\n---\nnot front matter\n',
  );
  assert.deepEqual(card, {
    data: { license: 'mit', date: '2024-01-02', no: 'yes' },
    body: '# Title\n---\nnot front matter\n',
    issues: [],
  });
  assert.deepEqual(parseCard('\ufeff---\r\na: 1\r\n---\r\nx').data, { a: 1 });
  assert.deepEqual(parseCard('---\na: 1\n---').data, { a: 1 });
});

test('a text without front matter is a card without data', () => {
  for (const text of [
    '',
    '# Title\n',
    'a\n---\nb: 1\n---\n',
    '--- a\n',
    '---\nnever closed: 1\n',
    '---\n---\n',
  ]) {
    const card = parseCard(text);
    assert.deepEqual([card.data, card.issues], [null, []], JSON.stringify(text));
  }
});

test('front matter that cannot be read is an issue with its line in the README, and no data', () => {
  const cases: [string, string, number][] = [
    ['---\n- a\n---\n', 'not-a-mapping', 2],
    ['---\na: 1\na: 2\n---\n', 'duplicate-key', 3],
    ['---\nok: 1\nx: [\n---\n', 'yaml-syntax', 4],
    ['---\nx: !!js/function a\n---\n', 'unknown-tag', 2],
  ];
  for (const [text, code, line] of cases) {
    const { data, issues } = parseCard(text);
    assert.equal(data, null);
    assert.deepEqual([issues[0]?.code, issues[0]?.line], [code, line], text);
  }
});

test('tags of a model', () => {
  const card = parseCard(
    '---\nlicense: mit\nlibrary_name: transformers\npipeline_tag: text-generation\nlanguage: [en, de]\ntags: [chat, 5, en]\nbase_model: a/b\ndatasets: [c/d]\n---\nhttps://arxiv.org/abs/2106.09685 https://arxiv.org/pdf/2106.09685v2\n',
  );
  assert.deepEqual(cardTags('model', card), [
    'transformers',
    'chat',
    'en',
    'text-generation',
    'de',
    'license:mit',
    'dataset:c/d',
    'base_model:a/b',
    'base_model:finetune:a/b',
    'arxiv:2106.09685',
  ]);
  assert.deepEqual(cardTags('model', { data: null, body: '' }), []);
});

test('tags of a dataset', () => {
  const card = parseCard(
    '---\nlicense: [mit, cc0-1.0]\ntask_categories: [question-answering]\nlanguage: en\nsize_categories: 1K<n<10K\ntags: [benchmark]\n---\n',
  );
  assert.deepEqual(cardTags('dataset', card), [
    'task_categories:question-answering',
    'language:en',
    'license:mit',
    'license:cc0-1.0',
    'size_categories:1K<n<10K',
    'benchmark',
  ]);
});

test('base models and their relation', () => {
  assert.deepEqual(baseModelsOf({ base_model: 'a/b' }), { relation: 'finetune', models: ['a/b'] });
  assert.deepEqual(baseModelsOf({ base_model: ['a/b', 'c/d', 'nonsense', 5] }), {
    relation: 'merge',
    models: ['a/b', 'c/d'],
  });
  assert.deepEqual(baseModelsOf({ base_model: 'a/b', base_model_relation: 'quantized' }), {
    relation: 'quantized',
    models: ['a/b'],
  });
  assert.deepEqual(baseModelsOf({ base_model: {}, base_model_relation: 'adapter' }), {
    relation: null,
    models: [],
  });
  assert.deepEqual(baseModelsOf(null), { relation: null, models: [] });
});
