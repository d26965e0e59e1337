import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';

const DATE = '2026-01-15T10-00-00.123456';

/** What a program left of a run of four samples, three of them right. */
export interface ForeignResult {
  format: string;
  /** The file that is handed to `assay import`. */
  path: string;
  value: number;
  samples: number;
}

/** One run as five programs leave it. */
export async function writeForeignFiles(
  folder: string,
  rows: { question: string; target: string }[],
): Promise<ForeignResult[]> {
  const write = async (name: string, content: object | object[]): Promise<string> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const lines = Array.isArray(content) ? content : [content];
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };
  const scores = rows.map((_row, at) => (at === 1 ? 0 : 1));
  const value = scores.filter((score) => score === 1).length / scores.length;
  const samples = rows.length;
  return [
    { format: 'lm-eval', path: await lmEval(write, rows, scores), value, samples },
    { format: 'lighteval', path: await lighteval(folder, write, rows, scores), value, samples },
    { format: 'swe-bench', path: await sweBench(write, scores), value, samples },
    { format: 'every-eval-ever', path: await everyEvalEver(write, value, samples), value, samples: 0 },
  ];
}

type Write = (name: string, content: object | object[]) => Promise<string>;
type Rows = { question: string; target: string }[];

async function lmEval(write: Write, rows: Rows, scores: number[]): Promise<string> {
  const told = rows.map((row, at) => ({
    doc_id: at,
    doc: row,
    target: row.target,
    arguments: { gen_args_0: { arg_0: row.question, arg_1: { until: ['\n'], temperature: 0 } } },
    resps: [[`It is ${row.target}`]],
    filtered_resps: [row.target],
    filter: 'strict',
    metrics: ['exact_match'],
    doc_hash: 'h',
    exact_match: scores[at],
  }));
  await write(`lm-eval/samples_sums_${DATE}.jsonl`, told);
  return await write(`lm-eval/results_${DATE}.json`, {
    results: {
      sums: { alias: 'sums', 'exact_match,strict': mean(scores), 'exact_match_stderr,strict': 0.25 },
    },
    configs: { sums: { dataset_path: 'sums-org/sums', generation_kwargs: { temperature: 0 } } },
    'n-shot': { sums: 5 },
    'n-samples': { sums: { original: rows.length, effective: rows.length } },
    config: { model: 'hf' },
    model_name: 'makers/m',
    lm_eval_version: '0.4.13',
    date: 1_768_471_200,
  });
}

async function lighteval(folder: string, write: Write, rows: Rows, scores: number[]): Promise<string> {
  await write(`lighteval/results/makers/m/results_${DATE}.json`, {
    config_general: { model_config: { model_name: 'makers/m' }, lighteval_sha: 'abc' },
    results: { 'sums|0': { em: mean(scores) } },
    config_tasks: { 'sums|0': { hf_repo: 'sums-org/sums', hf_revision: 'main' } },
  });
  const path = join(folder, `lighteval/details/makers/m/${DATE}/details_sums|0_${DATE}.parquet`);
  await mkdir(dirname(path), { recursive: true });
  const told = rows.map((row, at) => ({
    doc: { query: row.question, choices: [row.target], gold_index: 0, id: String(at) },
    model_response: { text: [`It is ${row.target}`], input: row.question },
    metric: { em: scores[at] },
  }));
  const columns = ['doc', 'model_response', 'metric'] as const;
  const columnData = columns.map((name) => ({
    name,
    data: told.map((row) => row[name]),
    type: 'JSON' as const,
  }));
  parquetWriteFile({ filename: path, columnData });
  return path;
}

function sweBench(write: Write, scores: number[]): Promise<string> {
  const ids = (score: number) => scores.flatMap((one, at) => (one === score ? [`org__repo-${at}`] : []));
  return write('makers__m.run_1.json', {
    total_instances: scores.length,
    submitted_instances: scores.length,
    completed_instances: scores.length,
    resolved_instances: ids(1).length,
    resolved_ids: ids(1),
    unresolved_ids: ids(0),
    empty_patch_ids: [],
    error_ids: [],
    schema_version: 2,
  });
}

function everyEvalEver(write: Write, score: number, samples: number): Promise<string> {
  return write('eee/record.json', {
    schema_version: '0.3.0',
    evaluation_id: 'e',
    retrieved_timestamp: '1768471200',
    eval_library: { name: 'inspect_ai', version: '0.3.285' },
    model_info: { id: 'makers/m', name: 'm' },
    evaluation_results: [
      {
        evaluation_name: 'sums',
        source_data: { source_type: 'hf_dataset', hf_repo: 'sums-org/sums', samples_number: samples },
        metric_config: { lower_is_better: false, metric_name: 'accuracy', min_score: 0, max_score: 1 },
        score_details: { score },
      },
    ],
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
