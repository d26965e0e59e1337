import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCommit, createOrg, createRepo } from '@assay/client';
import { readLog } from '@assay/engine';
import { mustAssay, runAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** The mock finds short texts likelier: it is right where the label is the shorter choice. */
const ROWS = [
  { q: 'One?', choices: ['Rome', 'Paris!'], label: 0, a: 'abcd', target: 'seven' },
  { q: 'Two?', choices: ['London', 'Oslo'], label: 1, a: 'efgh', target: 'seven' },
  { q: 'Three?', choices: ['Bern', 'Madrid'], label: 0, a: 'ijkl', target: 'seven' },
  { q: 'Four?', choices: ['Athens', 'Kyiv'], label: 0, a: 'mnop', target: 'eight' },
];
const BASE = 'dataset_path: rows-org/rows\ntest_split: test\n';
const TASKS = {
  generate: `task: t_generate\n${BASE}output_type: generate_until\ndoc_to_text: "{{q}}"\ndoc_to_target: "{{target}}"
generation_kwargs: {until: ["\\n"]}\nmetric_list:\n  - {metric: exact_match, aggregation: mean, higher_is_better: true}\n`,
  choice: `task: t_choice\n${BASE}output_type: multiple_choice\ndoc_to_text: "{{q}}"\ndoc_to_choice: "{{choices}}"
doc_to_target: label\nmetric_list:\n  - {metric: acc}\n  - {metric: acc_norm}\n`,
  likely: `task: t_likely\n${BASE}output_type: loglikelihood\ndoc_to_text: "{{q}}"\ndoc_to_target: " {{a}}"
metric_list:\n  - {metric: perplexity}\n  - {metric: acc}\n`,
};

test('tasks of lm-eval run from the command line, those that need log-probabilities too', async (t) => {
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'rows-org' });
  const repo = { type: 'dataset', name: 'rows-org/rows' } as const;
  await createRepo(hub.connection, repo);
  const content = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('');
  const changes = [{ kind: 'put', path: 'test.jsonl', content }] as const;
  await createCommit(hub.connection, repo, { summary: 'Rows', changes: [...changes] });
  const home = await createTemporaryFolder(t);
  await mkdir(join(home, 'tasks'));
  for (const [name, text] of Object.entries(TASKS))
    await writeFile(join(home, 'tasks', `${name}.yaml`), text);
  const url = await startMockProcess(t, ['--personality', 'always:seven']);
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  const run = async (name: string, model: string, ...more: string[]) => {
    const logs = join(home, `logs-${name}`);
    const flags = ['--tasks-path', join(home, 'tasks'), '--model', model, '--model-base-url', url];
    const done = await runAssay(['eval', `lm-eval/${name}`, ...flags, '--log-dir', logs, ...more], { env });
    const [file] = await readdir(logs).catch(() => []);
    const log = file === undefined ? null : await readLog(join(logs, file));
    const metrics = (log?.results?.scores ?? []).flatMap((score) =>
      Object.values(score.metrics).map((metric): [string, number] => [metric.name, metric.value]),
    );
    return { done, log, metrics: Object.fromEntries(metrics) };
  };

  const generate = await run('t_generate', 'openai-api/mock/m');
  assert.equal(generate.done.code, 0, generate.done.stderr);
  assert.deepEqual(
    Object.entries(generate.metrics)
      .filter(([name]) => name.startsWith('exact_match') && !name.includes('stderr'))
      .map(([, value]) => value),
    [0.75],
  );
  const choice = await run('t_choice', 'openai-api-completions/mock/m');
  assert.equal(choice.done.code, 0, choice.done.stderr + choice.done.stdout);
  const metricOf = (metrics: { [name: string]: number }, name: string) =>
    Object.entries(metrics).find(([own]) => own.split(',')[0] === name)?.[1];
  assert.equal(metricOf(choice.metrics, 'acc'), 0.75);
  // Divided by the length of the choice, the longer one wins: the space in front weighs less.
  assert.equal(metricOf(choice.metrics, 'acc_norm'), 0.25);
  const likely = await run('t_likely', 'openai-api-completions/mock/m');
  assert.equal(likely.done.code, 0, likely.done.stderr);
  assert.ok(Math.abs(metricOf(likely.metrics, 'perplexity')! - Math.exp(0.5)) < 1e-9);
  assert.equal(metricOf(likely.metrics, 'acc'), 1);

  const chat = await run('t_choice', 'openai-api/mock/m', '--limit', '1', '--log-format', 'json');
  assert.equal(chat.done.code, 1, 'a chat endpoint gives no log-probabilities of a prompt');
  assert.match(chat.done.stdout + chat.done.stderr, /no-logprobs/);
});

test('the benchmarks of a hub are listed and searched, and shards of one become one log', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection, 21);
  const home = await createTemporaryFolder(t);
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  const list = async (...args: string[]) =>
    (await mustAssay(['tasks', ...args, '--folder', home, '--hub', '--json'], { env }))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { spec: string; from: string });
  assert.deepEqual(await list('list'), [
    { spec: `hf/${SMALL_BENCHMARK}/sums`, from: 'hub, candidate', because: null },
  ]);
  assert.deepEqual(await list('search', 'nothing-like-it'), []);

  const url = await startMockProcess(t, ['--personality', 'always:The answer is 7']);
  const model = ['--model', 'openai-api/mock/m', '--model-base-url', url];
  const [spec] = (await list('search', 'SUMS')).map((one) => one.spec);
  const logs = join(home, 'logs');
  for (const shard of ['1/3', '2/3', '3/3']) {
    await mustAssay(['eval', spec!, ...model, '--shard', shard, '--log-dir', logs], { env });
  }
  const parts = (await readdir(logs)).map((name) => join(logs, name));
  const few = await runAssay(['log', 'merge', ...parts.slice(1), '--output', join(home, 'few.eval')]);
  assert.deepEqual([few.code, /is missing/.test(few.stderr)], [1, true]);
  const whole = join(home, 'whole.eval');
  assert.match(await mustAssay(['log', 'merge', ...parts, '--output', whole]), /21: 21 scored/);
  const log = await readLog(whole);
  const ids = log.samples!.map((one) => Number(one.id)).sort((a, b) => a - b);
  assert.deepEqual(
    ids,
    Array.from({ length: 21 }, (_none, at) => at + 1),
  );
  const again = await runAssay(['log', 'merge', ...parts, '--output', whole]);
  assert.equal(again.code, 1, 'a log that is there is left alone');
});
