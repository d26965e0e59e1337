import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createCommit, createOrg, createRepo, type HubConnection } from '@assay/client';
import { openLog, startMockEndpoint } from '@assay/engine';
import { readJsonLines } from '../../packages/engine/src/dataset/json-lines.ts';
import { mustAssay, startProgram } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { findSharedData, withoutSharedData } from '../support/shared-data.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const ITEMS = 500;

// Both tasks use prompt texts of Inspect, which this engine reads out of the installed package.
const GSM8K = `name: GSM8K
description: The first items that are asked once.
evaluation_framework: inspect-ai
tasks:
  - id: gsm8k
    field_spec: { input: question, target: target }
    solvers: [{ name: chain_of_thought }, { name: generate }]
    scorers: [{ name: match, args: { numeric: true } }, { name: answer, args: { pattern: line } }]
`;
const MMLU_PRO = `name: MMLU-Pro
description: The first items that are asked once.
evaluation_framework: inspect-ai
tasks:
  - id: mmlu_pro
    field_spec: { input: question, target: answer, choices: options, metadata: [question_id] }
    solvers: [{ name: multiple_choice, args: { cot: true } }]
    scorers:
      - { name: choice }
      - { name: pattern, args: { pattern: 'answer is \\(?([A-J])\\)?', ignore_case: false } }
`;

interface Row {
  question: string;
  options?: string[];
}

test(`${ITEMS} items of GSM8K and of MMLU-Pro: the same requests and scores as inspect_ai ${inspectVersion}`, {
  skip: withoutSharedData(),
}, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const data = findSharedData()!;
  const home = await createTemporaryFolder(t);
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'parity' });
  await publish(hub.connection, 'parity/gsm8k', GSM8K, join(data, 'gsm8k/test.jsonl'));
  const rows = await publish(
    hub.connection,
    'parity/mmlu-pro',
    MMLU_PRO,
    join(data, 'mmlu-pro/test.jsonl.gz'),
  );
  const questions = join(home, 'questions.jsonl');
  await writeFile(questions, toJsonLines(rows));
  const mock = await startMockEndpoint({
    replay: [join(data, 'gsm8k/recorded_solutions.jsonl'), `llama=${await recordedOf(data, rows, home)}`],
    questions: [questions],
    record: true,
  });
  t.after(() => mock.close());

  for (const [name, model] of [
    ['gsm8k', '175b_verification'],
    ['mmlu-pro', 'llama'],
  ] as const) {
    const run = { task: `hf/parity/${name}`, model, url: mock.url, python, hub, home };
    const theirs = await runInspect({ ...run, logs: join(home, `inspect-${name}`) });
    const asked = mock.bodies();
    const ours = await runOurs({ ...run, logs: join(home, `assay-${name}`) });
    const asking = mock.bodies().slice(asked.length);
    const before = asked.slice(-ITEMS);
    assert.equal(asking.length, ITEMS, name);
    assert.deepEqual(asking.toSorted(), before.toSorted(), `request bodies of ${name}`);
    assert.equal(ours.size, ITEMS, name);
    assert.deepEqual(ours, theirs, `scores of ${name}`);
    assert.ok(new Set([...ours.values()].flat()).size > 1, 'right and wrong answers are among them');
  }
});

interface Run {
  task: string;
  model: string;
  url: string;
  logs: string;
  python: string;
  hub: TestHub;
  home: string;
}

async function runInspect(run: Run): Promise<Map<string, unknown[]>> {
  const model = ['--model', `openai-api/replay/${run.model}`, '--model-base-url', run.url];
  const rest = ['--temperature', '0', '--log-dir', run.logs, '--display', 'none'];
  const env = { ...clientEnvironment(run), REPLAY_API_KEY: 'none-needed', HOME: run.home };
  const inspect = join(dirname(run.python), 'inspect');
  const done = await startProgram(inspect, ['eval', run.task, ...model, ...rest], { cwd: run.home, env })
    .finished;
  assert.equal(done.code, 0, `${done.stdout}\n${done.stderr}`);
  return readScores(run.logs);
}

async function runOurs(run: Run): Promise<Map<string, unknown[]>> {
  const model = ['--model', `openai-api/replay/${run.model}`, '--model-base-url', run.url];
  const rest = ['--temperature', '0', '--log-dir', run.logs, '--display', 'none', '--templates', 'inspect'];
  const env = { ...clientEnvironment(run), VIRTUAL_ENV: dirname(dirname(run.python)) };
  await mustAssay(['eval', run.task, ...model, ...rest], { env });
  const said = await mustAssay(['templates'], { env });
  const [log] = await readdir(run.logs);
  const reader = await openLog(join(run.logs, log!));
  const { metadata } = (await reader.header()).eval;
  await reader.close();
  const used = (metadata as { assay: { plan: { templates: { version: string; digest: string } } } }).assay
    .plan;
  assert.equal(said.trim(), `inspect ${inspectVersion} sha256:${used.templates.digest}`);
  return readScores(run.logs);
}

/** By sample: what each scorer gave, and the answer it read. */
async function readScores(folder: string): Promise<Map<string, unknown[]>> {
  const [log] = await readdir(folder);
  const reader = await openLog(join(folder, log!));
  const found: [string, unknown[]][] = [];
  try {
    assert.equal((await reader.header()).status, 'success');
    for await (const sample of reader.samples()) {
      const scores = Object.entries(sample.scores ?? {}).flatMap(([name, { value, answer }]) => [
        `${name}: ${JSON.stringify(value)}`,
        answer ?? null,
      ]);
      found.push([String(sample.id), scores]);
    }
  } finally {
    await reader.close();
  }
  return new Map(found.sort(([a], [b]) => Number(a) - Number(b)));
}

/** Publishes the first items that are asked once only: a replay cannot tell two askings apart. */
async function publish(hub: HubConnection, name: string, evalYaml: string, file: string): Promise<Row[]> {
  const rows: Row[] = [];
  const seen = new Set<string>();
  for await (const record of readJsonLines(file)) {
    const row = record as unknown as Row;
    if (seen.has(row.question)) continue;
    seen.add(row.question);
    rows.push(row);
    if (rows.length === ITEMS) break;
  }
  const repo = { type: 'dataset', name } as const;
  await createRepo(hub, repo);
  const changes = [
    { kind: 'put', path: 'eval.yaml', content: evalYaml },
    { kind: 'put', path: 'test.jsonl', content: toJsonLines(rows) },
  ] as const;
  await createCommit(hub, repo, { summary: 'Publish the benchmark', changes: [...changes] });
  return rows;
}

/** The recorded answers to these questions alone. */
async function recordedOf(data: string, rows: Row[], home: string): Promise<string> {
  const ids = new Set(rows.map((row) => (row as Row & { question_id: number }).question_id));
  const kept: object[] = [];
  const file = join(data, 'mmlu-pro/recorded_Meta-Llama-3.1-8B-Instruct.jsonl.gz');
  for await (const record of readJsonLines(file)) {
    if (ids.has((record as { question_id: number }).question_id)) kept.push(record as object);
  }
  const path = join(home, 'recorded.jsonl');
  await writeFile(path, toJsonLines(kept));
  return path;
}

function toJsonLines(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
