import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createOrg,
  createRepo,
  listTree,
  mergePullRequest,
  readEvidence,
  readModelResults,
  readText,
} from '@assay/client';
import { mustAssay, runAssay } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const MODEL = 'makers/m';
const repo = { type: 'model', name: MODEL } as const;
const PATH = '.eval_results/sums.yaml';

async function runOnce(hub: TestHub, modelUrl: string, logs: string, flags: string[] = []): Promise<string> {
  const model = ['--model', 'openai-api/mock/seven', '--model-base-url', modelUrl, '--log-dir', logs];
  await runAssay(['eval', `hf/${SMALL_BENCHMARK}`, ...model, ...flags], { env: envOf(hub) });
  const [log] = await readdir(logs);
  return join(logs, log!);
}

const envOf = (hub: TestHub) => ({ HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, MOCK_API_KEY: 'none-needed' });

test('submit: shown first, proposed once, committed directly, refused when partial', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  const folder = await createTemporaryFolder(t);
  const modelUrl = await startMockProcess(t, ['--personality', 'always:The answer is 15']);
  const log = await runOnce(hub, modelUrl, join(folder, 'whole'));
  const env = envOf(hub);
  const submit = (path: string, ...flags: string[]) =>
    mustAssay(['submit', path, '--repo', MODEL, ...flags], { env });

  const shown = await submit(log, '--dry-run');
  assert.match(shown, /value: 0\.05\n/);
  assert.match(shown, /revision: "[0-9a-f]{40}"/);
  assert.equal(await readText(hub.connection, repo, PATH), null);

  const num = Number(/discussions\/(\d+)/.exec(await submit(log))?.[1]);
  assert.match(await submit(log), new RegExp(`Already there: it waits in .*/discussions/${num}\\n`));
  await mergePullRequest(hub.connection, repo, num);
  assert.match(await submit(log), /Already there: .*\.eval_results\/sums\.yaml/);
  const { results } = await readModelResults(hub.connection, MODEL);
  assert.deepEqual(
    results.map((row) => [row.value, row.standing, row.setupText, row.n, row.correct]),
    [[0.05, 'merged', '', 20, 1]],
  );
  const evidence = await readEvidence(hub.connection, results[0]!.evidence!);
  assert.equal(evidence.sampleCount, 20);

  const before = (await readText(hub.connection, repo, PATH))!.text;
  const limited = await runOnce(hub, modelUrl, join(folder, 'limited'), [
    '--limit',
    '5',
    '--temperature',
    '0',
  ]);
  assert.match(await submit(limited, '--direct'), /Committed: .*\/commit\/[0-9a-f]{40}/);
  const after = (await readText(hub.connection, repo, PATH))!.text;
  assert.ok(after.startsWith(before), 'what stood there stays to the byte');
  assert.match(after, /notes: "?temperature: 0; limit: 5"?/);
});

test('submit: a run with failures needs --allow-partial; a log may go into a repo', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  await createRepo(hub.connection, { type: 'dataset', name: 'makers/logs' });
  const folder = await createTemporaryFolder(t);
  // The endpoint knows one question only: all other samples fail.
  const keys = join(folder, 'keys.jsonl');
  await writeFile(keys, `${JSON.stringify({ question: 'What is 2 plus 5?', target: '7' })}\n`);
  const modelUrl = await startMockProcess(t, ['--personality', 'correct:1@a', '--answer-key', keys]);
  const log = await runOnce(hub, modelUrl, join(folder, 'partial'), [
    '--no-fail-on-error',
    '--max-retries',
    '0',
  ]);
  const env = envOf(hub);
  const refused = await runAssay(['submit', log, '--repo', MODEL], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /19 of its 20 samples failed/);
  const said = await mustAssay(
    ['submit', log, '--repo', MODEL, '--allow-partial', '--evidence', 'makers/logs'],
    { env },
  );
  assert.match(said, /Evidence: .*\/datasets\/makers\/logs\/blob\/main\/logs\//);
  const { results } = await readModelResults(hub.connection, MODEL);
  assert.equal(results[0]?.setupText, 'other: 1 of 20 samples');
  const paths: string[] = [];
  const logs = { type: 'dataset', name: 'makers/logs' } as const;
  for await (const entry of listTree(hub.connection, logs, { recursive: true })) paths.push(entry.path);
  assert.ok(paths.some((path) => path.endsWith('.eval')));
});
