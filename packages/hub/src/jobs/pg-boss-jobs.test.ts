import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../logger.ts';
import { createTestDatabase } from '../testing/test-cluster.ts';
import type { Jobs } from './jobs.ts';
import { createPgBossJobs } from './pg-boss-jobs.ts';

async function withJobs(work: (open: () => Promise<Jobs>) => Promise<void>): Promise<void> {
  const database = await createTestDatabase();
  const opened: Jobs[] = [];
  try {
    await work(async () => {
      const jobs = await createPgBossJobs(database.url, silentLogger);
      opened.push(jobs);
      return jobs;
    });
  } finally {
    for (const jobs of opened) await jobs.close();
    await database.close();
  }
}

/** Collects what is handed in until there is enough of it. */
function collector(enough: number) {
  const seen: object[] = [];
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  return {
    seen,
    all,
    async handle(data: object) {
      seen.push(data);
      if (seen.length >= enough) done();
    },
  };
}

test('a job handed in before anyone works is done later, by another process too', () =>
  withJobs(async (open) => {
    const sender = await open();
    await sender.send('q', { n: 1 });
    await sender.close();
    const { seen, all, handle } = collector(1);
    await (await open()).work('q', handle);
    await all;
    assert.deepEqual(seen, [{ n: 1 }]);
  }));

test('of waiting jobs with one key there is one; without a key, all of them', () =>
  withJobs(async (open) => {
    const jobs = await open();
    for (const n of [1, 2]) await jobs.send('q', { keyed: n }, { key: 'k' });
    for (const n of [1, 2]) await jobs.send('q', { free: n });
    const { seen, all, handle } = collector(3);
    await jobs.work('q', handle);
    await all;
    assert.deepEqual(seen.map((data) => JSON.stringify(data)).sort(), [
      '{"free":1}',
      '{"free":2}',
      '{"keyed":1}',
    ]);
  }));

test('a job that fails is tried again', () =>
  withJobs(async (open) => {
    const jobs = await open();
    const { seen, all, handle } = collector(2);
    await jobs.work('q', async (data) => {
      await handle(data);
      if (seen.length === 1) throw new Error('not yet');
    });
    await jobs.send('q', { n: 1 });
    await all;
    assert.deepEqual(seen, [{ n: 1 }, { n: 1 }]);
  }));
