import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { toMaxSamples } from '../../packages/engine/src/task/run-plan.ts';
import { mustAssay, startAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readSamples } from './recorded-models.ts';

const SAMPLES = 600;
const CONNECTIONS = 10;
const LATENCY_MS = 40;

async function countRequests(modelUrl: string): Promise<number> {
  const answer = await fetch(modelUrl.replace('/v1', '/mock/counts'));
  return ((await answer.json()) as { requests: number }).requests;
}

test('kill -9 of an eval and of its hub: eval-retry repeats at most what was in flight', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection, SAMPLES);
  const folder = await createTemporaryFolder(t);
  const modelUrl = await startMockProcess(t, [
    '--personality',
    'always:The answer is 7',
    '--latency',
    String(LATENCY_MS),
  ]);
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, MOCK_API_KEY: 'none-needed' };
  const run = startAssay(
    [
      ...['eval', `hf/${SMALL_BENCHMARK}`, '--model', 'openai-api/mock/seven', '--model-base-url', modelUrl],
      ...['--max-connections', String(CONNECTIONS), '--log-dir', folder],
    ],
    { env },
  );
  while ((await countRequests(modelUrl)) < SAMPLES / 3) await sleep(10);
  // Of two hubs one may be dying already, and its turn takes a while: the eval does not wait for that.
  const hubDied = hub.kill();
  run.child.kill('SIGKILL');
  await Promise.all([hubDied, run.finished]);
  await sleep(2 * LATENCY_MS);
  const before = await countRequests(modelUrl);
  assert.ok(before < SAMPLES, 'the eval was killed in its middle');
  await hub.restart();

  const [killed] = await logsIn(folder);
  const finished = new Set<string>();
  for await (const sample of readSamples(join(folder, killed!))) finished.add(String(sample.id));
  assert.ok(
    before - finished.size <= toMaxSamples(CONNECTIONS),
    `${before} requests, ${finished.size} samples in the log`,
  );

  await mustAssay(['eval-retry', join(folder, killed!), '--display', 'plain'], { env });
  const after = await countRequests(modelUrl);
  assert.equal(after - before, SAMPLES - finished.size);
  const whole = (await logsIn(folder)).find((name) => name !== killed);
  const seen: string[] = [];
  for await (const sample of readSamples(join(folder, whole!))) seen.push(String(sample.id));
  assert.equal(seen.length, SAMPLES);
  assert.equal(new Set(seen).size, SAMPLES);
});

async function logsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.eval')).sort();
}
