import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { readLog } from '@assay/engine';
import { readyEnginePython } from '../../packages/engine/src/other-engine/engine-python.ts';
import { runAssay } from '../support/assay.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { SMALL_EVAL_YAML, smallRows } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect, readyUv } from './python-clients.ts';

const ROWS = 8;

test(`--engine inspect installs inspect_ai ${inspectVersion} with uv on first use, whole or not at all, and once`, async (t) => {
  // What the other tests have fetched lies in uv's cache: the environment is cold, the network is spared.
  const ready = await readyInspect();
  if (!ready.startsWith('/')) return t.skip(ready);
  const uv = await readyUv();
  const home = await createTemporaryFolder(t);
  const bench = join(home, 'bench');
  await mkdir(bench);
  await writeFile(join(bench, 'eval.yaml'), SMALL_EVAL_YAML);
  const lines = smallRows(ROWS).map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(bench, 'test.jsonl'), lines.join(''));
  const url = await startMockProcess(t, ['--personality', 'always:The answer is 7', '--latency', '500']);
  const env = {
    PATH: `${dirname(uv)}${delimiter}${process.env.PATH}`,
    XDG_CACHE_HOME: join(home, 'cache'),
    UV_CACHE_DIR: process.env.UV_CACHE_DIR ?? join(homedir(), '.cache', 'uv'),
    UV_PYTHON_DOWNLOADS: 'never',
    HF_HOME: join(home, 'hf'),
    HOME: home,
  };
  const engines = join(home, 'cache', 'assay', 'engines');
  const kept = () => readdir(engines).catch(() => []);

  const said: string[] = [];
  const place = { folder: engines, env: { ...process.env, ...env }, say: (text: string) => said.push(text) };
  const make = (version: string, path = env.PATH) =>
    readyEnginePython({ name: 'inspect', version }, { ...place, env: { ...place.env, PATH: path } });

  await assert.rejects(make('0.0.0.1'), { code: 'engine-missing' });
  assert.deepEqual(await kept(), [], 'nothing half made is left');
  await assert.rejects(make(inspectVersion, home), { code: 'engine-missing', hint: /^install uv/ });

  const model = ['--model', 'openai-api/mock/m', '--model-base-url', url, '--max-connections', '1'];
  const flags = ['--engine', 'inspect', '--log-dir', join(home, 'first'), '--display', 'plain'];
  const first = await runAssay(['eval', bench, ...model, ...flags], { env });
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /Installing inspect-ai .* with uv, once/);
  assert.deepEqual(await kept(), [`inspect-ai-${inspectVersion}`]);
  // Looked at while it ran: some samples were there, not all.
  const seen = [...`${first.stdout}${first.stderr}`.matchAll(/\b(\d+)\/(\d+) {2}\d+%/g)];
  assert.ok(
    seen.some(([, done, total]) => Number(total) === ROWS && Number(done) < ROWS && Number(done) > 0),
  );
  const log = await readLog(join(home, 'first', (await readdir(join(home, 'first')))[0]!));
  const { engine } = log.eval.metadata!.assay as { engine: object };
  assert.deepEqual(engine, { name: 'inspect_ai', version: inspectVersion, sameRules: true });
  assert.deepEqual(
    [log.status, log.samples!.length, log.eval.packages!.inspect_ai, log.eval.model],
    ['success', ROWS, inspectVersion, 'openai-api/mock/m'],
  );

  said.length = 0;
  assert.equal((await make(inspectVersion, home)).version, inspectVersion);
  assert.deepEqual(said, [], 'it is installed once');
});
