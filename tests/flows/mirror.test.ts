import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createCommit,
  createOrg,
  createRepo,
  listDiscussions,
  readBoard,
  readMirror,
  readRefs,
} from '@assay/client';
import { mustAssay, runAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

const model = { type: 'model', name: 'makers/m' } as const;
const dataset = { type: 'dataset', name: SMALL_BENCHMARK } as const;

test('assay mirror brings a benchmark and a model into another hub, though that hub is killed meanwhile', async (t) => {
  const [source, target] = [await startTestHub(t), await startTestHub(t)];
  await publishSmallBenchmark(source.connection);
  await createOrg(source.connection, { name: 'makers' });
  await createRepo(source.connection, model);
  const put = (path: string, content: string, createPullRequest = false) =>
    createCommit(source.connection, model, {
      summary: `Add ${path}`,
      changes: [{ kind: 'put', path, content }],
      createPullRequest,
    });
  await put('.eval_results/sums.yaml', resultFile(0.5));
  await put('.eval_results/tools.yaml', resultFile(0.9, 'With tools'), true);

  const env = { HF_ENDPOINT: target.url, HF_TOKEN: target.token };
  const nowhere = await runAssay(['mirror', `hf/${SMALL_BENCHMARK}`], {});
  assert.equal(nowhere.code, 2);
  await mustAssay(['mirror', 'hf/makers/m', '--from', source.url, '--no-wait'], { env });
  await target.kill();
  await target.restart();
  while ((await readMirror(target.connection, 'model', model.name)).state !== 'done') await sleep(100);
  const said = await mustAssay(['mirror', `hf/${SMALL_BENCHMARK}`, '--from', source.url], { env });
  assert.match(said, /Up to date/);

  const seen = async ({ connection }: typeof source) => {
    const board = await readBoard(connection, SMALL_BENCHMARK, { includeCommunity: true, allSetups: true });
    const threads = [];
    for await (const { num, title, status } of listDiscussions(connection, model))
      threads.push([num, title, status]);
    return {
      rows: board.rows.map((row) => [row.rank, row.model, row.valueText, row.standing, row.pullRequest]),
      refs: [
        await readRefs(connection, model, { pullRequests: true }),
        await readRefs(connection, dataset, { pullRequests: true }),
      ],
      threads,
    };
  };
  assert.deepEqual(await seen(target), await seen(source));
  assert.equal((await seen(target)).rows.length, 2);
});
