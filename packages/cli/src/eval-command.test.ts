import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMockEndpoint } from '@assay/engine';
import { main } from './main.ts';
import type { Surroundings } from './surroundings.ts';

const EVAL_YAML = `name: Sums
description: Sums.
evaluation_framework: inspect-ai
tasks:
  - id: sums
    field_spec: { input: question, target: target }
    solvers: [{ name: generate }]
    scorers: [{ name: match, args: { numeric: true } }]
`;

async function withBenchmark(work: (folder: string, run: typeof runMain) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  const rows = Array.from({ length: 30 }, (_, at) => ({
    question: `What is ${at} plus 1?`,
    target: String(at + 1),
  }));
  await writeFile(join(folder, 'eval.yaml'), EVAL_YAML);
  await writeFile(join(folder, 'test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await work(folder, runMain).finally(() => rm(folder, { recursive: true, force: true }));
}

async function runMain(
  args: string[],
  more: Partial<Surroundings> = {},
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const surroundings: Surroundings = {
    env: {},
    exitCode: 0,
    columns: null,
    write: (text) => out.push(text),
    writeError: (text) => err.push(text),
    interrupted: () => new Promise(() => {}),
    ...more,
  };
  const code = await main(args, surroundings);
  return { code, out: out.join(''), err: err.join('') };
}

const sum = (prompt: string): string => String(Number(/is (\d+)/.exec(prompt)?.[1]) + 1);

test('a run reports its metrics, its log and what to do next', async () => {
  const endpoint = await startMockEndpoint({ personality: { answer: sum } });
  await withBenchmark(async (folder, run) => {
    const model = ['--model', 'openai-api/mock/m', '--model-base-url', endpoint.url];
    const done = await run(['eval', folder, ...model, '--log-dir', join(folder, 'logs')]);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /match\/accuracy {2,}1\n/);
    assert.match(done.out, /30: 30 scored/);
    assert.match(done.out, /assay submit .*\.eval --repo/);
    assert.match(done.err, /30\/30 {2}100%/);
    const [log] = await readdir(join(folder, 'logs'));
    const shown = await run(['log', 'show', join(folder, 'logs', log!), '--samples', '2']);
    assert.match(shown.out, /status {2,}success[\s\S]*1\tepoch 1\tmatch="C"\n2\t/);
  }).finally(() => endpoint.close());
});

test('--json prints one line at launch and one at the end; INSPECT_… variables count', async () => {
  const endpoint = await startMockEndpoint({ personality: { answer: sum } });
  await withBenchmark(async (folder, run) => {
    const env = {
      INSPECT_EVAL_MODEL: 'openai-api/my-mock/m',
      MY_MOCK_BASE_URL: endpoint.url,
      INSPECT_LOG_DIR: join(folder, 'logs'),
      INSPECT_EVAL_LIMIT: '5',
      INSPECT_LOG_FORMAT: 'json',
    };
    const done = await run(['eval', `${folder}#sums`, '--json'], { env });
    assert.equal(done.code, 0, done.err);
    const [launch, end] = done.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(launch?.event, 'launch');
    assert.equal(end?.event, 'done');
    const [task] = end!.tasks as { status: string; log_location: string }[];
    assert.equal(task?.status, 'success');
    assert.match(task!.log_location, /\.json$/);
    assert.equal(endpoint.counts().requests, 5);
    assert.equal(done.err, '');
  }).finally(() => endpoint.close());
});

test('an interrupted run exits with 130, keeps what is finished, and eval-retry does the rest', async () => {
  const endpoint = await startMockEndpoint({ personality: { answer: sum }, latencyMs: 30 });
  await withBenchmark(async (folder, run) => {
    const model = ['--model', 'openai-api/mock/m', '--model-base-url', endpoint.url];
    const afterSome = async (): Promise<string> => {
      while (endpoint.counts().answered < 10) await new Promise((resolve) => setTimeout(resolve, 5));
      return 'SIGINT';
    };
    const limits = ['--max-connections', '3', '--log-dir', join(folder, 'logs')];
    const stopped = await run(['eval', folder, ...model, ...limits], { interrupted: afterSome });
    assert.equal(stopped.code, 130, stopped.err);
    const log = /assay eval-retry (\S+)/.exec(stopped.out)?.[1];
    assert.ok(log, stopped.out);
    const retried = await run(['eval-retry', log]);
    assert.equal(retried.code, 0, retried.err);
    assert.match(retried.out, /30: 30 scored/);
    assert.ok(endpoint.counts().requests <= 30 + 3, `${endpoint.counts().requests} requests`);
  }).finally(() => endpoint.close());
});

test('failures have exit codes and words', async () => {
  const endpoint = await startMockEndpoint({ failures: { notJson: 1 } });
  await withBenchmark(async (folder, run) => {
    const logs = ['--log-dir', join(folder, 'logs')];
    const noModel = await run(['eval', folder]);
    assert.deepEqual([noModel.code, /INSPECT_EVAL_MODEL/.test(noModel.err)], [1, true]);
    assert.equal((await run(['eval', folder, '--modell', 'x'])).code, 2);
    assert.equal((await run(['eval', folder, '--solver', 'x'])).code, 2);
    assert.equal((await run(['eval', folder, '--limit', 'few'])).code, 2);
    assert.equal((await run(['eval', folder], { env: { INSPECT_EVAL_EPOCHS: 'many' } })).code, 2);
    const model = ['--model', 'openai-api/mock/m', '--model-base-url', endpoint.url, '--max-retries', '0'];
    const failed = await run(['eval', folder, ...model, ...logs]);
    assert.equal(failed.code, 1);
    assert.match(failed.out, /assay eval-retry/);
  }).finally(() => endpoint.close());
});

test('several tasks and models become a set, and parts of a run one log', async () => {
  const endpoint = await startMockEndpoint({ personality: { answer: sum } });
  await withBenchmark(async (folder, run) => {
    const base = ['--model-base-url', endpoint.url, '--display', 'plain'];
    const models = ['--model', 'openai-api/mock/a,openai-api/mock/b', '--log-dir', join(folder, 'set')];
    const set = await run(['eval-set', folder, ...models, ...base]);
    assert.equal(set.code, 0, set.err);
    assert.equal(set.out.match(/^complete/gm)?.length, 2);
    assert.equal((await run(['eval-set', folder, '--model', 'openai-api/mock/a', ...base])).code, 2);

    const prices = join(folder, 'prices.yaml');
    await writeFile(prices, 'openai-api/mock/m: {input: 1000000, output: 0}\n');
    const model = ['--model', 'openai-api/mock/m', '--log-dir', join(folder, 'parts'), ...base];
    const flags = ['--shard', '2/3', '--adaptive-connections', '2-4', '--tags', 'a,b', '--cost-limit', '900'];
    assert.equal((await run(['eval', folder, ...model, ...flags])).code, 1, 'a ceiling without prices');
    const part = await run(['eval', folder, ...model, ...flags, '--model-cost-config', prices]);
    assert.equal(part.code, 0, part.err);
    assert.match(part.out, /10: 10 scored/);
    const few = ['--max-connections', '2', '--max-cost', '30'];
    const dear = await run(['eval', folder, ...model, ...few, '--model-cost-config', prices]);
    assert.equal(dear.code, 1);
    assert.match(dear.out, /cost-ceiling/);
  }).finally(() => endpoint.close());
});
