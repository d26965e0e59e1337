import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readLog } from '../log/open-log.ts';
import { writeImportedRun } from './imported-run.ts';
import { readForeignRuns } from './read-foreign-run.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function runsOf(name: string, content: unknown) {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readForeignRuns(path);
}

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
  await writeImportedRun(run!, path);
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
  await writeImportedRun(run!, path);
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
