import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSetupChips } from './setup-chips.ts';

test('every setting that is named has its chip, false and zero included', () => {
  const chips = toSetupChips({ shots: 0, tools: false, chainOfThought: true, temperature: 0, attempts: 1 });
  assert.deepEqual(chips, ['0-shot', 'no tools', 'chain of thought', 'temperature 0', '1 attempt']);
});

test('an empty setup has none', () => assert.deepEqual(toSetupChips({}), []));
