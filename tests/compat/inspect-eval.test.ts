import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createRepo, readModelResults, repoInfo } from '@assay/client';
import { mustAssay, startProgram } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const SAMPLES = 20;

interface Log {
  status: string;
  eval: { task_args: object; model: string };
  results: { total_samples: number; completed_samples: number };
  samples: { scores: object }[];
}

// compat: accept.inspect, inspect.eval, datasets.load, revisions.short, errors.entry
test(`inspect_ai ${inspectVersion} reads a benchmark from the hub and runs it on the mock endpoint`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection, 30);
  const { sha } = await repoInfo(hub.connection, { type: 'dataset', name: SMALL_BENCHMARK });
  const mock = await startMockProcess(t, ['--personality', 'always:The answer is 7']);
  const home = await createTemporaryFolder(t);

  const model = ['--model', 'openai-api/mock/seven', '--model-base-url', mock];
  const log = ['--log-dir', 'logs', '--log-format', 'json', '--display', 'plain'];
  // A commit in short: Inspect hands it to the Hub's clients as it is.
  const task = `hf/${SMALL_BENCHMARK}@${sha!.slice(0, 7)}`;
  const done = await startProgram(
    join(dirname(python), 'inspect'),
    ['eval', task, ...model, '--limit', String(SAMPLES), ...log],
    {
      cwd: home,
      env: { ...clientEnvironment({ python, hub, home }), MOCK_API_KEY: 'none-needed', HOME: home },
    },
  ).finished;
  assert.equal(done.code, 0, `${done.stdout}\n${done.stderr}`);

  const [file] = await readdir(join(home, 'logs'));
  const read = JSON.parse(await readFile(join(home, 'logs', file!), 'utf8')) as Log;
  assert.equal(read.status, 'success');
  assert.deepEqual(read.results, { ...read.results, total_samples: SAMPLES, completed_samples: SAMPLES });
  assert.equal(read.samples.filter((sample) => Object.keys(sample.scores).length > 0).length, SAMPLES);

  // The same log becomes a result: imported, told which commit it is about, proposed.
  await createRepo(hub.connection, { type: 'model', name: 'sums-org/seven' });
  const imported = (
    await mustAssay(['import', join(home, 'logs', file!), '--log-dir', join(home, 'ours')])
  ).trim();
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  const submit = ['submit', imported, '--repo', 'sums-org/seven', '--benchmark'];
  const said = await mustAssay([...submit, `${SMALL_BENCHMARK}/sums@${sha}`], { env });
  assert.match(said, /Pull request: .*\/sums-org\/seven\/discussions\/1/);
  const [row] = (await readModelResults(hub.connection, 'sums-org/seven')).results;
  assert.deepEqual([row?.standing, row?.n, row?.setupText], ['community', SAMPLES, `limit: ${SAMPLES}`]);
});
