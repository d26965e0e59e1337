import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLineBuffer } from './line-buffer.ts';

test('lines are handed on in their order, all of them before flush and close resolve', async () => {
  const kept: string[] = [];
  const buffer = createLineBuffer(async (lines) => {
    await new Promise((resolve) => setImmediate(resolve));
    kept.push(...lines);
  });
  for (let n = 0; n < 50; n += 1) buffer.add(String(n));
  await buffer.flush();
  assert.equal(kept.length, 50);
  buffer.add('50');
  await buffer.close();
  assert.deepEqual(
    kept,
    Array.from({ length: 51 }, (_, n) => String(n)),
  );
});

test('lines beyond what can be held are counted, not kept in memory', async () => {
  const kept: string[] = [];
  const buffer = createLineBuffer(async (lines) => void kept.push(...lines));
  for (let n = 0; n < 20_005; n += 1) buffer.add('x');
  await buffer.close();
  assert.equal(kept.length, 20_001);
  assert.equal(kept.at(-1), '(5 lines came too fast to be kept)');
});
