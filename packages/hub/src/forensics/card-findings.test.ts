import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelIndex } from '@assay/spec';
import { toCardFinding } from './card-findings.ts';

type Number = { value: unknown; config?: string; dataset?: string };

function find(valueText: string, numbers: Number[]) {
  const results = numbers.map(({ value, config, dataset = 'Alice/sums' }) => ({
    dataset: { type: dataset, ...(config && { config }) },
    metrics: [{ type: 'accuracy', value }],
  }));
  const card = parseModelIndex({ 'model-index': [{ results }] });
  const told = { dataset: 'alice/sums', taskId: 'main', value: Number(valueText), valueText };
  return toCardFinding(told, card)?.message ?? null;
}

test('a card that says another number is named, with both numbers', () => {
  assert.equal(
    find('56.25', [{ value: 61.2 }]),
    "The model's card says 61.2 (accuracy) for alice/sums, this says 56.25.",
  );
  assert.match(
    find(
      '56.25',
      [1, 2, 3, 4, 5].map((value) => ({ value })),
    )!,
    /3 \(accuracy\) and 2 more/,
  );
});

test('what is the same as far as it is written, or of another benchmark or task, is no conflict', () => {
  for (const value of [56.25, 56.2, 56.3, 56, '56.250']) assert.equal(find('56.25', [{ value }]), null);
  assert.equal(find('0.5625', [{ value: 0.56 }]), null);
  assert.equal(find('56.25', [{ value: 61.2, dataset: 'alice/others' }]), null);
  assert.equal(
    find('56.25', [
      { value: 61.2, config: 'other' },
      { value: 56.25, config: 'main' },
    ]),
    null,
  );
  assert.equal(find('56.25', [{ value: 61.2 }, { value: 56.25 }]), null);
  assert.notEqual(find('56.25', [{ value: 56.24 }]), null);
  assert.notEqual(
    find('56.25', [
      { value: 56.25, config: 'other' },
      { value: 61, config: 'main' },
    ]),
    null,
  );
});

test('a hundredfold difference is told as one of units', () => {
  for (const [here, there] of [
    ['56.25', 0.5625],
    ['0.5625', 56.25],
    ['0.56', 56.25],
  ] as const)
    assert.match(find(here, [{ value: there }])!, /the same in another unit/);
});
