import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createOrg, createRepo, readBoard, readModelResults, readResult } from '@assay/client';
import { mustAssay, runAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const MODEL = 'makers/m';

test('runs announced beforehand are counted; a result is run again and held against the first', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection, 60);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, { type: 'model', name: MODEL });
  const folder = await createTemporaryFolder(t);
  const right = await startMockProcess(t, ['--personality', 'always:The answer is 9']);
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, MOCK_API_KEY: 'none-needed' };
  const model = ['--model', 'openai-api/mock/nine', '--model-base-url', right];
  const run = async (name: string, ...flags: string[]) => {
    const logs = join(folder, name);
    await mustAssay(['eval', `hf/${SMALL_BENCHMARK}`, ...model, '--log-dir', logs, ...flags], { env });
    return join(logs, (await readdir(logs))[0]!);
  };
  const submit = (log: string, file: string) =>
    mustAssay(['submit', log, '--repo', MODEL, '--direct', '--file', `.eval_results/${file}.yaml`], { env });

  await submit(await run('unplanned', '--temperature', '0.5'), 'unplanned');
  const plan = ['plan', `hf/${SMALL_BENCHMARK}`, ...model, '--repo', MODEL, '--attempts', '3'];
  assert.match(await mustAssay([...plan, '--stop-rule', 'three runs'], { env }), /Planned .* up to 3 runs/);
  const first = await run('first');
  const second = await run('second');
  // The second is handed in as evidence only: it counts as an attempt all the same.
  await submit(second, 'second');
  await submit(first, 'first');
  const { results } = await readModelResults(hub.connection, MODEL);
  const rowOf = (file: string) => results.find((row) => row.filename === `.eval_results/${file}.yaml`)!;
  assert.equal(rowOf('unplanned').planned, undefined);
  assert.deepEqual(
    [rowOf('first'), rowOf('second')].map(({ planned }) => [planned?.of, planned?.stopRule]),
    [
      [3, 'three runs'],
      [3, 'three runs'],
    ],
  );
  assert.deepEqual([rowOf('first').planned!.attempt, rowOf('second').planned!.attempt].sort(), [1, 2]);

  const { id } = rowOf('first');
  const printed = await mustAssay(['reproduce', `${hub.url}/results/${id}`], { env });
  assert.match(
    printed,
    new RegExp(`^assay eval hf/${SMALL_BENCHMARK}/sums@[0-9a-f]{40} --model openai-api/mock/nine`),
  );
  const again = ['reproduce', id, '--run', '--margin', '0.15'];
  const replicated = await runAssay(again, { env: { ...env, INSPECT_LOG_DIR: join(folder, 'again') } });
  assert.match(replicated.stdout, /^replicated: the new value differs by 0\.00 points/, replicated.stderr);
  const wrong = await startMockProcess(t, ['--personality', 'echo']);
  const other = await runAssay([...again, '--margin', '0.001', '--model-base-url', wrong], {
    env: { ...env, INSPECT_LOG_DIR: join(folder, 'other') },
  });
  assert.equal(other.code, 1, other.stdout);
  const refused = await runAssay(['reproduce', id, '--log', await run('part', '--limit', '20')], { env });
  assert.match(refused.stderr, /differ in range/);
  const { replications } = (await readResult(hub.connection, id)).result;
  assert.equal(replications!.replicated, 1);
  assert.equal(replications!.replicated + replications!.not + replications!.inconclusive, 2);
  const board = await readBoard(hub.connection, SMALL_BENCHMARK, { allSetups: true });
  assert.ok(board.rows.some((row) => row.planned !== undefined));
});
