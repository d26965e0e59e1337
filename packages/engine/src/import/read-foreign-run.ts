import { readFile } from 'node:fs/promises';
import type { EvalSample } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { parseLogText } from '../log/log-json.ts';
import type { ImportedRun } from './imported-run.ts';

type Fields = Record<string, unknown>;

/** Results files of other programs, told apart by what only they hold. */
const formats: { name: string; is(file: Fields): boolean; read(file: Fields): ImportedRun[] }[] = [
  {
    name: 'every-eval-ever',
    is: (file) => 'evaluation_results' in file && 'eval_library' in file,
    read: readEvery,
  },
  { name: 'lighteval', is: (file) => 'config_general' in file && 'results' in file, read: readLighteval },
  { name: 'lm-eval', is: (file) => 'results' in file && 'n-shot' in file, read: readLmEval },
  {
    name: 'swe-bench',
    is: (file) => 'resolved_ids' in file && 'total_instances' in file,
    read: readSweBench,
  },
];

/**
 * The runs that a results file of another program tells of: lm-eval, Lighteval, SWE-bench reports, Every Eval Ever. What
 * the file does not hold is said, never made up.
 * @throws EngineError `import-unknown` when it is none of these, or not of the known shape
 */
export async function readForeignRuns(path: string): Promise<ImportedRun[]> {
  let file: unknown;
  try {
    file = parseLogText(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('import-unknown', `${path} cannot be read as JSON`, { cause });
  }
  const format = isFields(file) ? formats.find((one) => one.is(file)) : undefined;
  if (!format) {
    throw new EngineError('import-unknown', `${path} is no results file that is known`, {
      hint: `known are: ${formats.map((one) => one.name).join(', ')}`,
    });
  }
  const runs = format.read(file as Fields);
  if (runs.length > 0) return runs;
  throw new EngineError('import-unknown', `${path} looks like ${format.name}, but holds no result`);
}

const noSamples = 'the samples: only sums over them are here';
const noRevision = 'the revision of the dataset';
const noPrompts = 'the prompts and the answers';

function readLmEval(file: Fields): ImportedRun[] {
  const config = fields(file.config);
  return Object.entries(fields(file.results)).map(([task, values]) => {
    const own = fields(fields(file.configs)[task]);
    const size = fields(fields(file['n-samples'])[task]).effective;
    return {
      ...base('lm-eval', task, text(file.model_name) ?? text(config.model) ?? 'unknown'),
      created: typeof file.date === 'number' ? new Date(file.date * 1000).toISOString() : null,
      dataset: text(own.dataset_path),
      engine: { name: 'lm-eval', version: text(file.lm_eval_version) ?? 'unknown' },
      settings: { ...fields(config.gen_kwargs), num_fewshot: fields(file['n-shot'])[task] ?? null },
      metrics: toMetrics(values, 'lm_eval'),
      total: typeof size === 'number' ? size : null,
      missing: [noSamples, noRevision, noPrompts],
    };
  });
}

/** `results` by `task|shots`, and one entry `all` over them. */
function readLighteval(file: Fields): ImportedRun[] {
  const general = fields(file.config_general);
  const tasks = Object.entries(fields(file.results)).filter(([task]) => task !== 'all');
  return tasks.map(([task, values]) => {
    const own = fields(fields(file.config_tasks)[task]);
    const began = Number(general.start_time);
    const size = own.effective_num_docs;
    const model = fields(general.model_config).model_name ?? general.model_name;
    return {
      ...base('lighteval', task, text(model) ?? 'unknown'),
      // Older releases give the clock of the process, which begins anywhere.
      created: began > 1e9 ? new Date(began * 1000).toISOString() : null,
      dataset: text(own.hf_repo),
      engine: { name: 'lighteval', version: text(general.lighteval_sha) ?? 'unknown' },
      settings: fields(fields(general.model_config).generation_parameters),
      metrics: toMetrics(values, 'lighteval'),
      total: typeof size === 'number' && size > 0 ? size : null,
      missing: [noSamples, noPrompts, ...(text(own.hf_revision) ? [] : [noRevision])],
    };
  });
}

/** Each instance is a sample: resolved, not resolved, or in error. */
function readSweBench(file: Fields): ImportedRun[] {
  const ids = (name: string): string[] => (Array.isArray(file[name]) ? file[name].map(String) : []);
  const resolved = new Set(ids('resolved_ids'));
  const errors = new Set(ids('error_ids'));
  const all = [...new Set([...resolved, ...ids('unresolved_ids'), ...ids('empty_patch_ids'), ...errors])];
  const total = Number(file.total_instances);
  const samples = all.map((id): EvalSample => {
    const value = resolved.has(id) ? 'C' : 'I';
    const message = 'the harness says only that it failed';
    const failed = { error: { message, traceback: '', traceback_ansi: '' } };
    const sample = { id, epoch: 1, input: id, target: '', messages: [], metadata: {} };
    return errors.has(id)
      ? { ...sample, scores: {}, ...failed }
      : { ...sample, scores: { swe_bench: { value } } };
  });
  const metrics = total > 0 ? [{ scorer: 'swe_bench', name: 'resolved', value: resolved.size / total }] : [];
  const missing = [
    noPrompts,
    noRevision,
    'the patches',
    'the model: the report does not name it',
    'the time of the run',
  ];
  return [{ ...base('swe-bench', 'swe-bench', 'unknown'), metrics, samples, total, missing }];
}

/** One aggregate record holds several results; each is a run of its own. */
function readEvery(file: Fields): ImportedRun[] {
  const library = fields(file.eval_library);
  const results = Array.isArray(file.evaluation_results) ? file.evaluation_results.map(fields) : [];
  return results.map((result) => {
    const [source, details] = [fields(result.source_data), fields(result.score_details)];
    const metric = fields(result.metric_config);
    const error = fields(fields(details.uncertainty).standard_error).value;
    const name = text(metric.metric_name) ?? text(metric.metric_id) ?? 'score';
    const scored = [
      { scorer: 'every_eval_ever', name, value: Number(details.score) },
      { scorer: 'every_eval_ever', name: 'stderr', value: Number(error ?? Number.NaN) },
    ];
    const retrieved = Number(text(result.evaluation_timestamp) ?? text(file.retrieved_timestamp));
    const size = source.samples_number;
    return {
      ...base(
        'every-eval-ever',
        text(result.evaluation_name) ?? 'unknown',
        text(fields(file.model_info).id) ?? 'unknown',
      ),
      created: retrieved > 0 ? new Date(retrieved * 1000).toISOString() : null,
      dataset: text(source.hf_repo),
      engine: { name: text(library.name) ?? 'unknown', version: text(library.version) ?? 'unknown' },
      settings: fields(fields(result.generation_config).generation_args),
      metrics: scored.filter((one) => Number.isFinite(one.value)),
      total: typeof size === 'number' ? size : null,
      missing: [noSamples, noRevision, noPrompts],
    };
  });
}

function base(format: string, task: string, model: string): ImportedRun {
  const nothing = {
    created: null,
    dataset: null,
    engine: null,
    settings: {},
    metrics: [],
    samples: [],
    total: null,
  };
  return { format, task, model, ...nothing, missing: [] };
}

/** Numbers by name; `acc,none` and `acc_stderr,none` keep lm-eval's names. */
function toMetrics(values: unknown, scorer: string): ImportedRun['metrics'] {
  return Object.entries(fields(values)).flatMap(([name, value]) =>
    typeof value === 'number' && name !== 'sample_len' ? [{ scorer, name, value }] : [],
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
