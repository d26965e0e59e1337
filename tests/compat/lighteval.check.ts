// `--engine lighteval` as a user meets it: `npm run check:lighteval`. Not among the tests: uv fetches 2 GB of wheels (6 GB on
// the disk), for Lighteval needs PyTorch. It fetches a file from raw.githubusercontent.com when it starts, whatever task is run.
// LIGHTEVAL_PYTHON names a Python that has it already; where that host cannot be reached, an empty file in the place of that one
// (tasks/tasks/tinyBenchmarks.pkl in the package) will do.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { createCommit, createOrg, createRepo } from '@assay/client';
import { readLog } from '@assay/engine';
import { runAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { smallRows } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readyUv } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const ROWS = 12;

test('--engine lighteval runs one of its tasks against an endpoint, and its log is one of ours', async (t) => {
  const hub = await startTestHub(t);
  const home = await createTemporaryFolder(t);
  const repo = { type: 'dataset', name: 'openai/gsm8k' } as const;
  await createOrg(hub.connection, { name: 'openai' });
  await createRepo(hub.connection, repo);
  const rows = smallRows(ROWS).map(({ question, answer }) => `${JSON.stringify({ question, answer })}\n`);
  const card = `---\nconfigs:\n- config_name: main\n  data_files:\n  - {split: train, path: train.jsonl}\n  - {split: test, path: test.jsonl}\n---\n`;
  await createCommit(hub.connection, repo, {
    summary: 'Publish',
    changes: [
      { kind: 'put', path: 'README.md', content: card },
      { kind: 'put', path: 'train.jsonl', content: rows.join('') },
      { kind: 'put', path: 'test.jsonl', content: rows.join('') },
    ],
  });
  const url = await startMockProcess(t, ['--personality', 'always:ANSWER: 19', '--latency', '300']);
  const given = process.env.LIGHTEVAL_PYTHON;
  const env = {
    ...clientEnvironment({ python: '', hub, home }),
    PATH: `${dirname(await readyUv())}${delimiter}${process.env.PATH}`,
    XDG_CACHE_HOME: join(home, 'cache'),
    UV_CACHE_DIR: process.env.UV_CACHE_DIR ?? join(homedir(), '.cache', 'uv'),
    UV_PYTHON_DOWNLOADS: 'never',
    HOME: home,
  };
  const engine = ['--engine', 'lighteval', ...(given ? ['--engine-python', given] : [])];
  const model = ['--model', 'openai-api/mock/m', '--model-base-url', url, '--max-connections', '1'];
  const settings = [
    '--limit',
    '8',
    '--temperature',
    '0',
    '--display',
    'plain',
    '--log-dir',
    join(home, 'logs'),
  ];
  const done = await runAssay(['eval', 'lighteval/gsm8k', ...model, ...engine, ...settings], { env });
  assert.equal(done.code, 0, `${done.stdout}\n${done.stderr}`);
  const names = await readdir(join(home, 'logs'));
  assert.equal(names.length, 1);
  const log = await readLog(join(home, 'logs', names[0]!));
  const noted = log.eval.metadata!.assay as { engine: { name: string; version: string } };
  assert.deepEqual([log.status, log.samples!.length, noted.engine.name], ['success', 8, 'lighteval']);
  assert.match(noted.engine.version, /^\d+\.\d+/);
  assert.equal(log.eval.packages!.lighteval, noted.engine.version);
  const right = log.samples!.filter((one) => JSON.stringify(one.scores).includes('"value":"C"'));
  assert.equal(right.length, 1, 'one question has that answer');
});
