import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createRepo, repoInfo } from '@assay/client';
import { readLog } from '@assay/engine';
import { readRunFacts } from '@assay/spec';
import { mustAssay, runAssay, startAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import {
  publishSmallBenchmark,
  SMALL_BENCHMARK,
  SMALL_EVAL_YAML,
  smallRows,
} from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

interface Noted {
  engine: { name: string; version: string };
  plan: { dataset: { commit: string | null }; profile: string };
}

test(`--engine inspect: inspect_ai ${inspectVersion} runs a benchmark of the hub, and its log is submitted like ours`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection, 30);
  await createRepo(hub.connection, { type: 'model', name: 'sums-org/seven' });
  const { sha } = await repoInfo(hub.connection, { type: 'dataset', name: SMALL_BENCHMARK });
  const url = await startMockProcess(t, ['--personality', 'always:The answer is 7']);
  const home = await createTemporaryFolder(t);
  const env = { ...clientEnvironment({ python, hub, home }), HOME: home };
  const model = ['--model', 'openai-api/mock/seven', '--model-base-url', url];
  const flags = [
    '--limit',
    '20',
    '--epochs',
    '2',
    '--temperature',
    '0.5',
    '--seed',
    '4',
    '--max-connections',
    '5',
  ];
  const engine = ['--engine', 'inspect', '--engine-python', dirname(dirname(python))];
  const logs = ['--log-dir', join(home, 'logs')];
  const said = await mustAssay(['eval', `hf/${SMALL_BENCHMARK}`, ...model, ...flags, ...engine, ...logs], {
    env,
  });
  assert.match(said, new RegExp(`engine +inspect_ai ${inspectVersion.replaceAll('.', '\\.')}`));
  assert.match(said, /match\/accuracy/);
  assert.match(said, /40: 40 scored/);

  const names = await readdir(join(home, 'logs'));
  assert.equal(names.length, 1, 'the log alone is left');
  const path = join(home, 'logs', names[0]!);
  const log = await readLog(path);
  const noted = log.eval.metadata!.assay as Noted;
  assert.deepEqual(
    [log.status, noted.engine.name, noted.engine.version, noted.plan.dataset.commit, noted.plan.profile],
    ['success', 'inspect_ai', inspectVersion, sha, `inspect-${inspectVersion}`],
  );
  assert.equal(log.eval.packages!.inspect_ai, inspectVersion);
  assert.deepEqual(
    [log.samples!.length, log.eval.model_generate_config!.temperature, log.eval.model_generate_config!.seed],
    [40, 0.5, 4],
  );
  // What was run in part or by other settings is never taken for the whole.
  assert.deepEqual(readRunFacts(log).setup, { epochs: 2, temperature: 0.5, limit: 20 });
  const submitted = await mustAssay(['submit', path, '--repo', 'sums-org/seven'], { env });
  assert.match(submitted, /Pull request: /);
  const retried = await runAssay(['eval-retry', path], { env });
  assert.equal(retried.code, 1, 'two engines share no run');
});

test(`--engine inspect: a folder's eval.yaml, and an interrupt that leaves a cancelled log`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const home = await createTemporaryFolder(t);
  const bench = join(home, 'my bench');
  await mkdir(join(bench, 'data'), { recursive: true });
  await writeFile(join(bench, 'eval.yaml'), SMALL_EVAL_YAML);
  const lines = smallRows(12).map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(bench, 'data', 'test.jsonl'), lines.join(''));
  const env = { HOME: home, HF_HOME: join(home, 'hf') };
  const engine = ['--engine', 'inspect', '--engine-python', python];
  const quick = await startMockProcess(t, ['--personality', 'always:The answer is 7']);
  const model = ['--model', 'openai-api/mock/m', '--model-base-url'];
  const whole = join(home, 'whole');
  await mustAssay(['eval', bench, ...model, quick, ...engine, '--log-dir', whole], { env });
  const log = await readLog(join(whole, (await readdir(whole))[0]!));
  assert.deepEqual([log.status, log.eval.task, log.samples!.length], ['success', bench, 12]);
  assert.equal((log.eval.metadata!.assay as Noted).plan.dataset.commit, null);

  const slow = await startMockProcess(t, ['--personality', 'always:The answer is 7', '--latency', '700']);
  const cut = join(home, 'cut');
  const counts = new URL('/mock/counts', slow);
  const run = startAssay(
    [
      'eval',
      bench,
      ...model,
      slow,
      ...engine,
      '--max-connections',
      '1',
      '--log-dir',
      cut,
      '--display',
      'plain',
    ],
    { env },
  );
  // Once a third request has come, two answers are there.
  for (let asked = 0; asked < 3 && run.child.exitCode === null; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked = ((await (await fetch(counts)).json()) as { requests: number }).requests;
  }
  run.child.kill('SIGINT');
  const done = await run.finished;
  assert.equal(done.code, 130, done.stderr);
  const stopped = await readLog(join(cut, (await readdir(cut))[0]!));
  assert.equal(stopped.status, 'cancelled');
  assert.deepEqual(await readdir(cut).then((found) => found.filter((name) => name.startsWith('.'))), []);
});
