import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCard } from './card.ts';
import { parseModelIndex } from './model-index.ts';

test('a model-index is read leniently: what names no dataset, metric or number is left out', () => {
  const { data } = parseCard(`---
model-index:
  - name: m
    results:
      - task: {type: text-generation, name: Text Generation}
        dataset: {type: openai/gsm8k, name: GSM8K, config: main, split: test}
        metrics:
          - {type: acc, name: accuracy, value: 61.25}
          - {type: acc, value: "n/a"}
        source: {url: https://example.org/board, name: Some board}
      - dataset: {name: Only a name}
        metrics: [{type: wer, value: "12.5"}]
        source: {url: "javascript:alert(1)"}
      - metrics: [{type: acc, value: 1}]
      - nonsense
  - 7
---
`);
  assert.deepEqual(parseModelIndex(data), [
    {
      dataset: 'openai/gsm8k',
      datasetName: 'GSM8K',
      config: 'main',
      split: 'test',
      task: 'Text Generation',
      metric: 'accuracy',
      value: 61.25,
      valueText: '61.25',
      source: { url: 'https://example.org/board', name: 'Some board' },
    },
    { dataset: 'Only a name', datasetName: 'Only a name', metric: 'wer', value: 12.5, valueText: '12.5' },
  ]);
  for (const odd of [null, {}, { 'model-index': 'x' }, { 'model-index': [{ results: {} }] }])
    assert.deepEqual(parseModelIndex(odd), []);
});
