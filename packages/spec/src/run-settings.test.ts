import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRunSettings } from './run-settings.ts';

const plan = {
  name: 'hf/a/b',
  dataset: { id: 'a/b', commit: 'c'.repeat(40), config: 'default', split: 'test', paths: ['x'], rows: 3 },
  task: { id: 'main' },
  model: 'openai-api/x/y',
  generate: { temperature: 0 },
  epochs: 1,
  connections: 10,
  seed: 7,
};

test('what changes no answer makes no difference, what does makes one', () => {
  const same = toRunSettings({ ...plan, seed: 8, connections: 100, model: 'other', name: 'x' });
  assert.deepEqual(toRunSettings(plan), same);
  assert.notDeepEqual(toRunSettings({ ...plan, generate: { temperature: 1 } }), same);
  assert.notDeepEqual(toRunSettings({ ...plan, range: { start: 0, end: 20 } }), same);
  assert.notDeepEqual(toRunSettings({ ...plan, dataset: { ...plan.dataset, commit: 'd'.repeat(40) } }), same);
});

test('what is no plan of a published benchmark compares with nothing', () => {
  for (const none of [null, 'x', {}, { ...plan, dataset: { ...plan.dataset, commit: null } }])
    assert.equal(toRunSettings(none), null);
});
