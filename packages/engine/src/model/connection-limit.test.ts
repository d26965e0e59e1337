import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { createConnectionLimit } from './connection-limit.ts';

const { signal } = new AbortController();

describe('the limit of connections', () => {
  it('lets no more than so many through', async () => {
    const limit = createConnectionLimit(2);
    await limit.acquire(signal);
    await limit.acquire(signal);
    let third = false;
    const waiting = limit.acquire(signal).then(() => {
      third = true;
    });
    await Promise.resolve();
    assert.equal(third, false);
    limit.release('ok');
    await waiting;
    assert.equal(limit.active, 2);
  });

  it('forgets who was aborted while waiting', async () => {
    const limit = createConnectionLimit(1);
    await limit.acquire(signal);
    const abort = new AbortController();
    const waiting = limit.acquire(abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    limit.release('ok');
    assert.equal(limit.active, 0);
    await limit.acquire(signal);
  });

  async function useFully(limit: ReturnType<typeof createConnectionLimit>, rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const size = limit.limit;
      for (let at = 0; at < size; at++) await limit.acquire(signal);
      for (let at = 0; at < size; at++) {
        limit.release('ok');
        await limit.acquire(signal);
      }
      for (let at = 0; at < size; at++) limit.release('failed');
    }
  }

  it('doubles until the first 429, shrinks by a fifth, then rises slowly after a pause', async () => {
    mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    try {
      const limit = createConnectionLimit({ start: 20, min: 10, max: 200 });
      await useFully(limit, 2);
      assert.equal(limit.limit, 80);
      await limit.acquire(signal);
      limit.release('rate-limited');
      assert.equal(limit.limit, 64);
      await limit.acquire(signal);
      limit.release('rate-limited');
      assert.equal(limit.limit, 64, 'one storm is one step');
      await useFully(limit, 1);
      assert.equal(limit.limit, 64, 'no rise while it cools down');
      mock.timers.tick(16_000);
      await useFully(limit, 1);
      assert.equal(limit.limit, 70);
      assert.deepEqual(
        limit.history.map((change) => [change.to, change.reason]),
        [
          [40, 'slow_start'],
          [80, 'slow_start'],
          [64, 'rate_limit'],
          [70, 'steady_state_up'],
        ],
      );
    } finally {
      mock.timers.reset();
    }
  });

  it('gives an endpoint air that fails for much of a round, and rides over a few failures', async () => {
    mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    try {
      const round = async (limit: ReturnType<typeof createConnectionLimit>, troubles: number) => {
        const size = limit.limit;
        for (let at = 0; at < size; at++) await limit.acquire(signal);
        for (let at = 0; at < size; at++) {
          limit.release(at < troubles ? 'overloaded' : 'ok');
          // Not after the last one: the limit may be lower then.
          if (at < size - 1) await limit.acquire(signal);
        }
        for (let at = 0; at < size - 1; at++) limit.release('failed');
      };
      const limit = createConnectionLimit({ start: 1000, min: 10, max: 4000 });
      await round(limit, 50);
      assert.equal(limit.limit, 2000, 'five in a hundred fail and it still rises');
      await round(limit, 600);
      assert.equal(limit.limit, 1600);
      assert.deepEqual(limit.history.at(-1)?.reason, 'overload');
    } finally {
      mock.timers.reset();
    }
  });
});
