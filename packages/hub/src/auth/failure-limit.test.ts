import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureLimit } from './failure-limit.ts';

test('so many failures a minute are let pass, then the address waits for the oldest to be a minute old', () => {
  let now = 1_000_000;
  const limit = createFailureLimit(3, () => now);
  for (let i = 0; i < 3; i++) {
    assert.equal(limit.waitSeconds('a'), 0);
    limit.fail('a');
    now += 1_000;
  }
  assert.equal(limit.waitSeconds('a'), 57);
  assert.equal(limit.waitSeconds('b'), 0);
  now += 57_000;
  assert.equal(limit.waitSeconds('a'), 0);
});

test('the memory it needs is bounded, whoever asks', () => {
  const limit = createFailureLimit(1, () => 0);
  limit.fail('first');
  for (let i = 0; i < 10_000; i++) limit.fail(`address ${i}`);
  assert.equal(limit.waitSeconds('first'), 0, 'the one longest ago is forgotten');
  assert.ok(limit.waitSeconds('address 9999') > 0);
});
