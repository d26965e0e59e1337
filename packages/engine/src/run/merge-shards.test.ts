import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readLog } from '../log/open-log.ts';
import { startMockEndpoint } from '../mock/mock-endpoint.ts';
import type { PlanOptions } from '../task/create-plan.ts';
import { evaluate } from './evaluate.ts';
import { mergeShards } from './merge-shards.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

describe('a run split over processes', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  type Run = (more: Partial<PlanOptions>) => Promise<string>;

  async function withSums(rows: number, act: (folder: string, run: Run) => Promise<void>): Promise<void> {
    const folder = await writeSums(rows, { epochs: 2 });
    folders.push(folder);
    const endpoint = await startMockEndpoint({ personality: sumsModel });
    try {
      await act(folder, async (more) => {
        const request = {
          task: folder,
          model: 'openai-api/mock/m',
          modelBaseUrl: endpoint.url,
          connections: 4,
        };
        const [done] = await evaluate({ ...request, ...more }, testServices(folder));
        return done!.logPath;
      });
    } finally {
      await endpoint.close();
    }
  }

  it('gives the log that one process would have written', async () => {
    await withSums(53, async (folder, run) => {
      const whole = await readLog(await run({}));
      const shards: string[] = [];
      for (const index of [2, 1, 3])
        shards.push(await run({ shard: { index, count: 3 }, connections: index }));
      assert.deepEqual(
        (await Promise.all(shards.map((path) => readLog(path)))).map((log) => log.results?.total_samples),
        [36, 36, 34],
      );
      const summary = await mergeShards(shards, join(folder, 'logs', 'merged.eval'));
      assert.equal(summary.accounting.planned, 106);
      const merged = await readLog(summary.logPath);
      assert.equal(merged.status, 'success');
      assert.deepEqual(merged.results?.scores, whole.results?.scores);
      assert.deepEqual(merged.eval.dataset.sample_ids, whole.eval.dataset.sample_ids);
      const facts = (log: typeof whole): unknown[] =>
        log
          .samples!.map((one) => [one.epoch, one.id, one.input, one.scores, one.messages!.length])
          .sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
      assert.deepEqual(facts(merged), facts(whole));
      assert.deepEqual(merged.stats.model_usage, whole.stats.model_usage);
      assert.equal(merged.reductions?.[0]?.samples.length, 53);
    });
  });

  it('refuses what is not one whole run', async () => {
    await withSums(10, async (folder, run) => {
      const out = join(folder, 'logs', 'merged.eval');
      const [first, second, whole, other] = [
        await run({ shard: { index: 1, count: 2 } }),
        await run({ shard: { index: 2, count: 2 } }),
        await run({}),
        await run({ shard: { index: 2, count: 2 }, generate: { temperature: 1 } }),
      ];
      const refused = { code: 'log-not-mergeable' };
      for (const paths of [[], [first], [first, first], [first, whole], [first, other]] as string[][]) {
        await assert.rejects(mergeShards(paths, out), refused);
      }
      await assert.rejects(mergeShards([first, second], whole), { code: 'log-exists' });
      assert.equal((await readdir(join(folder, 'logs'))).length, 4);
      await assert.rejects(run({ shard: { index: 3, count: 2 } }), { code: 'plan-invalid' });
    });
  });
});
