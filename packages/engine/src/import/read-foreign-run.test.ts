import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EvalLog } from '@assay/spec';
import { parquetWriteFile } from 'hyparquet-writer';
import { readLog } from '../log/open-log.ts';
import { toMissing, writeImportedRun } from './imported-run.ts';
import { readForeignRuns } from './read-foreign-run.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function runsOf(name: string, content: unknown) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readForeignRuns(path);
}

/** The first run of some files, as the log it becomes. */
async function logOf(name: string, content: unknown): Promise<{ log: EvalLog; missing: string[] }> {
  const [run] = await runsOf(name, content);
  const path = join(folder, `${name.replaceAll('/', '-')}.eval`);
  await writeImportedRun(run!, path, name);
  return { log: await readLog(path), missing: toMissing(run!) };
}

const jsonLines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('results of lm-eval are a run for each task, with its names of metrics', async () => {
  const [run, ...rest] = await runsOf('lm-eval.json', {
    results: {
      gsm8k: { alias: 'gsm8k', 'exact_match,strict': 0.5, 'exact_match_stderr,strict': 0.1, sample_len: 9 },
    },
    configs: { gsm8k: { dataset_path: 'openai/gsm8k' } },
    'n-shot': { gsm8k: 5 },
    'n-samples': { gsm8k: { original: 9, effective: 8 } },
    config: { model: 'hf' },
    model_name: 'org/model',
    lm_eval_version: '0.4.13',
    date: 1_700_000_000,
  });
  assert.equal(rest.length, 0);
  assert.deepEqual(
    [run!.task, run!.model, run!.dataset, run!.total, run!.settings.num_fewshot, run!.created],
    ['gsm8k', 'org/model', 'openai/gsm8k', 8, 5, '2023-11-14T22:13:20.000Z'],
  );
  assert.deepEqual(
    run!.metrics.map(({ name, value }) => [name, value]),
    [
      ['exact_match,strict', 0.5],
      ['exact_match_stderr,strict', 0.1],
    ],
  );
  const path = join(folder, 'lm-eval.eval');
  await writeImportedRun(run!, path, 'results.json');
  const log = await readLog(path);
  assert.equal(log.results!.scores[0]!.metrics['exact_match,strict']!.value, 0.5);
  const { imported } = log.eval.metadata!.assay as { imported: { format: string; missing: string[] } };
  assert.equal(imported.format, 'lm-eval');
  assert.ok(imported.missing.length > 0);
});

test('results of Lighteval are read by task; the clock of a process is no date', async () => {
  const runs = await runsOf('lighteval.json', {
    config_general: { model_config: { model_name: 'org/m' }, start_time: 12.5, lighteval_sha: 'abc' },
    results: { 'gpqa|0': { extractive_match: 0.25 }, all: { extractive_match: 0.25 } },
    config_tasks: { 'gpqa|0': { hf_repo: 'org/gpqa', hf_revision: 'main', effective_num_docs: 12 } },
  });
  assert.deepEqual(
    runs.map((run) => [run.task, run.model, run.total, run.created]),
    [['gpqa|0', 'org/m', 12, null]],
  );
});

test('a report of SWE-bench gives a sample for each instance; those never run stay in the denominator', async () => {
  const [run] = await runsOf('swe.json', {
    total_instances: 10,
    resolved_ids: ['a', 'b'],
    unresolved_ids: ['c'],
    empty_patch_ids: ['d'],
    error_ids: ['e'],
  });
  assert.equal(run!.metrics[0]!.value, 0.2);
  const path = join(folder, 'swe.eval');
  await writeImportedRun(run!, path, 'results.json');
  const log = await readLog(path);
  assert.equal(log.samples!.length, 5);
  assert.equal(log.samples!.filter((one) => one.scores?.swe_bench?.value === 'C').length, 2);
  assert.equal(log.samples!.filter((one) => one.error).length, 1);
});

test('a record of Every Eval Ever is a run for each of its results', async () => {
  const result = (name: string, score: number) => ({
    evaluation_name: name,
    source_data: { source_type: 'hf_dataset', hf_repo: 'org/d', samples_number: 7 },
    metric_config: { lower_is_better: false, metric_name: 'accuracy' },
    score_details: { score, uncertainty: { standard_error: { value: 0.1 } } },
  });
  const runs = await runsOf('eee.json', {
    schema_version: '0.3.0',
    retrieved_timestamp: '1700000000',
    eval_library: { name: 'inspect_ai', version: '0.3.285' },
    model_info: { id: 'org/m' },
    evaluation_results: [result('diamond', 0.5), result('main', 0.25)],
  });
  assert.deepEqual(
    runs.map(({ task, total, metrics }) => [task, total, metrics.map((one) => one.value)]),
    [
      ['diamond', 7, [0.5, 0.1]],
      ['main', 7, [0.25, 0.1]],
    ],
  );
});

test('what is none of these is refused', async () => {
  for (const content of ['no JSON', '[]', '{"a": 1}', '{"results": {}, "n-shot": {}}']) {
    await assert.rejects(runsOf('other.json', content), { code: 'import-unknown' });
  }
});

test("lm-eval's samples become one sample for each document, with the values of all filters", async () => {
  const line = (id: number, filter: string, value: number) => ({
    doc_id: id,
    doc: { question: `q${id}` },
    target: '7',
    arguments: { gen_args_0: { arg_0: `Q: q${id}`, arg_1: { until: ['Q:'] } } },
    resps: [['It is 7']],
    filtered_resps: ['7'],
    filter,
    metrics: ['exact_match'],
    doc_hash: 'h',
    exact_match: value,
  });
  const rows = [line(0, 'strict', 1), line(1, 'strict', 0), line(0, 'flexible', 1), line(1, 'flexible', 1)];
  const date = '2026-01-15T10-00-00.123456';
  const alone = await logOf(`samples_t_${date}.jsonl`, jsonLines(rows));
  assert.equal(alone.log.status, 'started', 'nothing shows that the run came to its end');
  assert.ok(alone.missing.length >= 4);
  assert.deepEqual(
    alone.log.samples!.map(({ id, input, output, scores }) => [id, input, output!.completion, scores]),
    [
      [0, 'Q: q0', 'It is 7', { 'exact_match,strict': { value: 1 }, 'exact_match,flexible': { value: 1 } }],
      [1, 'Q: q1', 'It is 7', { 'exact_match,strict': { value: 0 }, 'exact_match,flexible': { value: 1 } }],
    ],
  );
  await runsOf(`both/samples_t_${date}.jsonl`, jsonLines(rows));
  const results = {
    results: { t: { 'exact_match,strict': 0.5 } },
    'n-shot': { t: 0 },
    model_name: 'org/m',
    date: 1e9,
  };
  const both = await logOf(`both/results_${date}.json`, { ...results, configs: {}, config: {} });
  assert.deepEqual([both.log.status, both.log.samples!.length, both.log.eval.model], ['success', 2, 'org/m']);
  const [again] = await runsOf(`both/samples_t_${date}.jsonl`, jsonLines(rows));
  assert.deepEqual([again!.model, again!.metrics.length], ['org/m', 1]);
});

test("Lighteval's details are samples, and what its results say is taken from beside them", async () => {
  const date = '2026-01-15T10-00-00.123456';
  await runsOf(`results/org/m/results_${date}.json`, {
    config_general: { model_config: { model_name: 'org/m' }, lighteval_sha: 'abc' },
    results: { 'gsm8k|0': { em: 0.5 } },
    config_tasks: { 'gsm8k|0': { hf_repo: 'openai/gsm8k', hf_revision: 'main' } },
  });
  const path = join(folder, `details/org/m/${date}/details_gsm8k|0_${date}.parquet`);
  await mkdir(dirname(path), { recursive: true });
  const rows = [0, 1].map((at) => ({
    doc: { query: `q${at}`, choices: ['7'], gold_index: 0, id: String(at) },
    model_response: { text: ['It is 7'], input: `Q: q${at}` },
    metric: { em: at },
  }));
  parquetWriteFile({
    filename: path,
    columnData: ['doc', 'model_response', 'metric'].map((name) => ({
      name,
      data: rows.map((row) => row[name as keyof typeof row]),
      type: 'JSON',
    })),
  });
  const [run] = await readForeignRuns(path);
  assert.deepEqual([run!.model, run!.dataset, run!.total, run!.created], ['org/m', 'openai/gsm8k', 2, null]);
  const samples = [];
  for await (const sample of run!.samples) samples.push(sample);
  assert.deepEqual(
    samples.map(({ input, target, output, scores }) => [
      input,
      target,
      output!.completion,
      scores!.em!.value,
    ]),
    [
      ['q0', ['7'], 'It is 7', 0],
      ['q1', ['7'], 'It is 7', 1],
    ],
  );
});

test('instances of Every Eval Ever come with the result they belong to; when it was fetched is no date', async () => {
  const instance = (id: string, name: string, score: number) => ({
    schema_version: '0.3.0',
    evaluation_id: 'e',
    model_id: 'org/m',
    evaluation_name: name,
    sample_id: id,
    interaction_type: 'single_turn',
    input: { raw: 'q', reference: ['7'] },
    output: { raw: ['It is 7'] },
    answer_attribution: [
      {
        turn_idx: 0,
        source: 'output.raw',
        extracted_value: '7',
        extraction_method: 'regex',
        is_terminal: true,
      },
    ],
    evaluation: { score, is_correct: score === 1 },
  });
  const rows = [instance('1', 'a', 1), instance('1', 'b', 0), instance('2', 'a', 0)];
  const alone = await runsOf('eee/u_samples.jsonl', jsonLines(rows));
  assert.deepEqual(
    alone.map((run) => [run.task, run.total, run.model]),
    [
      ['a', 2, 'org/m'],
      ['b', 1, 'org/m'],
    ],
  );
  const both = await logOf('eee/u.json', {
    retrieved_timestamp: '1700000000',
    eval_library: { name: 'x', version: '1' },
    model_info: { id: 'org/m' },
    evaluation_results: [
      {
        evaluation_name: 'a',
        score_details: { score: 0.5 },
        metric_config: {},
        source_data: { hf_repo: 'org/d' },
      },
    ],
    detailed_evaluation_results: { format: 'jsonl', file_path: 'data/c/org/m/u_samples.jsonl' },
  });
  assert.deepEqual(
    both.log.samples!.map((one) => [one.id, one.scores!.every_eval_ever!.answer]),
    [
      ['1', '7'],
      ['2', '7'],
    ],
  );
  assert.equal(both.log.stats.completed_at, '');
  assert.ok(both.missing.includes('the time of the run'));
});

test('a job of Harbor is read by its folder; trials without a reward are errors, and unfinished jobs say so', async () => {
  const trial = (name: string, rest: object) => ({
    task_name: name,
    trial_name: `${name}__x`,
    agent_info: { name: 'terminus', version: '2', model_info: { name: 'm', provider: 'org' } },
    source: 'terminal-bench',
    ...rest,
  });
  const good = trial('a', {
    verifier_result: { rewards: { reward: 1 } },
    agent_result: { n_input_tokens: 5, n_output_tokens: 2 },
  });
  const bad = trial('b', {
    exception_info: { exception_type: 'AgentTimeoutError', exception_message: 'late' },
  });
  await runsOf('job/a__x/result.json', good);
  await runsOf('job/b__x/result.json', bad);
  const job = {
    n_total_trials: 3,
    stats: {},
    started_at: '2026-01-15T10:00:00Z',
    finished_at: '2026-01-15T11:00:00Z',
  };
  await runsOf('job/result.json', job);
  const [run, ...rest] = await readForeignRuns(join(folder, 'job'));
  assert.deepEqual(
    [rest.length, run!.model, run!.total, run!.completed, run!.ended],
    [0, 'org/m', 2, 1, false],
  );
  const samples = run!.samples as { error?: { message: string }; model_usage?: object }[];
  assert.match(samples[1]!.error!.message, /AgentTimeoutError/);
  assert.deepEqual(samples[0]!.model_usage, { m: { input_tokens: 5, output_tokens: 2, total_tokens: 7 } });
});

test('results of Terminal-Bench are samples by task and attempt', async () => {
  await runsOf('tb/run_metadata.json', {}).catch(() => []);
  await writeFile(
    join(folder, 'tb/run_metadata.json'),
    JSON.stringify({
      dataset_name: 'core',
      dataset_version: '0.1',
      model_name: 'org/m',
      end_time: '2026-01-15T10:00:00+00:00',
    }),
  );
  const { log } = await logOf('tb/results.json', {
    n_resolved: 1,
    accuracy: 0.5,
    results: [
      { task_id: 'a', trial_name: 'a.1', instruction: 'do', is_resolved: true, failure_mode: 'none' },
      {
        task_id: 'a',
        trial_name: 'a.2',
        instruction: 'do',
        is_resolved: null,
        failure_mode: 'agent_timeout',
      },
    ],
  });
  assert.deepEqual(
    [log.status, log.eval.dataset.name, log.results!.completed_samples, log.samples!.map((one) => one.epoch)],
    ['success', 'core==0.1', 1, [1, 2]],
  );
});
