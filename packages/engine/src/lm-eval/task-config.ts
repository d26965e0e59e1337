import { EngineError } from '../engine-error.ts';
import { PythonFunction } from './pyyaml.ts';
import type { TaskFields } from './task-file.ts';

export type OutputType = 'generate_until' | 'multiple_choice' | 'loglikelihood' | 'loglikelihood_rolling';

/** How few-shot examples are drawn and written; what is null follows the task itself. */
interface FewShotConfig {
  sampler: string;
  split: string | null;
  samples: Record<string, unknown>[] | null;
  docToText: string | number | null;
  docToChoice: ChoiceRule | null;
  docToTarget: TargetRule | null;
  genPrefix: string | null;
  fewshotDelimiter: string;
  targetDelimiter: string;
}

/** A column, a template, or the value itself. */
export type TargetRule = string | number | unknown[];
export type ChoiceRule = string | unknown[] | Record<string, unknown>;

export interface FilterPipeline {
  name: string;
  steps: { function: string; args: Record<string, unknown> }[];
}

export interface MetricRule {
  metric: string;
  aggregation: string | null;
  higherIsBetter: boolean | null;
  options: Record<string, unknown>;
}

/** A task of lm-evaluation-harness without code, its defaults filled in. JSON can hold all of it. */
export interface LmEvalTask {
  task: string;
  alias: string | null;
  datasetPath: string;
  datasetName: string | null;
  datasetKwargs: Record<string, unknown>;
  trainingSplit: string | null;
  validationSplit: string | null;
  testSplit: string | null;
  outputType: OutputType;
  description: string;
  docToText: string | number;
  docToTarget: TargetRule;
  docToChoice: ChoiceRule | null;
  genPrefix: string | null;
  targetDelimiter: string;
  fewshotDelimiter: string;
  numFewshot: number;
  fewshot: FewShotConfig;
  generation: Record<string, unknown>;
  repeats: number;
  filters: FilterPipeline[];
  metrics: MetricRule[];
  version: string | null;
}

const outputTypes: readonly string[] = [
  'generate_until',
  'multiple_choice',
  'loglikelihood',
  'loglikelihood_rolling',
];

const defaultMetrics: Record<OutputType, string[]> = {
  generate_until: ['exact_match'],
  multiple_choice: ['acc', 'acc_norm'],
  loglikelihood: ['perplexity', 'acc'],
  loglikelihood_rolling: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
};

/**
 * The task that a file's fields describe.
 * @throws EngineError `plan-invalid` naming the task and the field
 */
export function toLmEvalTask(fields: TaskFields): LmEvalTask {
  const read = new FieldReader(String(fields.task ?? 'a task'), fields);
  const outputType = read.oneOf('output_type', outputTypes, 'generate_until') as OutputType;
  const fewshotDelimiter = read.text('fewshot_delimiter') ?? '\n\n';
  const targetDelimiter = read.text('target_delimiter') ?? ' ';
  const genPrefix = read.text('gen_prefix');
  return {
    task: read.needText('task'),
    alias: read.text('task_alias'),
    datasetPath: read.needText('dataset_path'),
    datasetName: read.text('dataset_name'),
    datasetKwargs: read.mapping('dataset_kwargs') ?? {},
    trainingSplit: read.text('training_split'),
    validationSplit: read.text('validation_split'),
    testSplit: read.text('test_split'),
    outputType,
    description: read.text('description') ?? '',
    docToText: read.textOrNumber('doc_to_text') ?? read.fail('doc_to_text', 'is missing'),
    docToTarget: read.target('doc_to_target') ?? read.fail('doc_to_target', 'is missing'),
    docToChoice: read.choices('doc_to_choice'),
    genPrefix,
    targetDelimiter,
    fewshotDelimiter,
    numFewshot: read.count('num_fewshot') ?? 0,
    fewshot: toFewShot(read, { fewshotDelimiter, targetDelimiter, genPrefix }),
    generation: toGeneration(read, outputType, fewshotDelimiter),
    repeats: read.count('repeats') ?? 1,
    filters: toFilters(read),
    metrics: toMetrics(read, outputType),
    version: toVersion(fields.metadata),
  };
}

function toFewShot(
  read: FieldReader,
  task: { fewshotDelimiter: string; targetDelimiter: string; genPrefix: string | null },
): FewShotConfig {
  const own = new FieldReader(`${read.name}: fewshot_config`, read.mapping('fewshot_config') ?? {});
  const samples = own.list('samples');
  return {
    sampler: own.text('sampler') ?? 'default',
    split: own.has('split') ? own.text('split') : read.text('fewshot_split'),
    samples: samples as Record<string, unknown>[] | null,
    docToText: own.textOrNumber('doc_to_text'),
    docToChoice: own.choices('doc_to_choice') ?? read.choices('doc_to_choice'),
    docToTarget: own.target('doc_to_target'),
    genPrefix: own.has('gen_prefix') ? own.text('gen_prefix') : task.genPrefix,
    fewshotDelimiter: own.text('fewshot_delimiter') ?? task.fewshotDelimiter,
    targetDelimiter: own.text('target_delimiter') ?? task.targetDelimiter,
  };
}

/** Greedy, at most 256 tokens, until the few-shot delimiter, when the file says nothing. */
function toGeneration(read: FieldReader, output: OutputType, delimiter: string): Record<string, unknown> {
  const given = read.mapping('generation_kwargs');
  if (given) return { ...given, until: given.until ?? [delimiter] };
  if (output !== 'generate_until') return {};
  return { temperature: 0, do_sample: false, max_gen_toks: 256, until: [delimiter] };
}

function toFilters(read: FieldReader): FilterPipeline[] {
  const given = read.list('filter_list');
  if (!given) return [{ name: 'none', steps: [{ function: 'take_first', args: {} }] }];
  return given.map((one) => {
    const filter = new FieldReader(`${read.name}: filter_list`, (one ?? {}) as TaskFields);
    const steps = filter.list('filter') ?? filter.fail('filter', 'is missing');
    return {
      name: filter.needText('name'),
      steps: steps.map((step) => {
        const { function: name, ...args } = step as TaskFields;
        return { function: String(name), args };
      }),
    };
  });
}

function toMetrics(read: FieldReader, output: OutputType): MetricRule[] {
  const given = read.list('metric_list');
  const rules = given ?? defaultMetrics[output].map((metric) => ({ metric }));
  return rules.map((one) => {
    const { metric, aggregation, higher_is_better: higher, ...options } = one as TaskFields;
    if (typeof metric !== 'string') return read.fail('metric_list', 'must name its metrics');
    return {
      metric,
      aggregation: typeof aggregation === 'string' ? aggregation : null,
      higherIsBetter: typeof higher === 'boolean' ? higher : null,
      options,
    };
  });
}

function toVersion(metadata: unknown): string | null {
  const version = (metadata as { version?: unknown } | null | undefined)?.version;
  return version === undefined || version === null ? null : String(version);
}

/** Reads fields of one mapping; a field that is null counts as not there. */
class FieldReader {
  readonly name: string;
  readonly #fields: TaskFields;

  constructor(name: string, fields: TaskFields) {
    this.name = name;
    this.#fields = fields;
  }

  fail(field: string, problem: string): never {
    throw new EngineError('plan-invalid', `${this.name}: ${field} ${problem}`);
  }

  has(field: string): boolean {
    return this.#fields[field] !== undefined;
  }

  #get(field: string): unknown {
    const value = this.#fields[field] ?? null;
    if (value instanceof PythonFunction) this.fail(field, `is the Python function ${value.name}`);
    return value;
  }

  text(field: string): string | null {
    const value = this.#get(field);
    if (value === null || typeof value === 'string') return value;
    return this.fail(field, 'must be a text');
  }

  needText(field: string): string {
    return this.text(field) ?? this.fail(field, 'is missing');
  }

  textOrNumber(field: string): string | number | null {
    const value = this.#get(field);
    return typeof value === 'number' ? value : this.text(field);
  }

  count(field: string): number | null {
    const value = this.#get(field);
    if (value === null || (Number.isSafeInteger(value) && (value as number) >= 0))
      return value as number | null;
    return this.fail(field, 'must be a whole number from 0');
  }

  mapping(field: string): TaskFields | null {
    const value = this.#get(field);
    if (value === null || (typeof value === 'object' && !Array.isArray(value)))
      return value as TaskFields | null;
    return this.fail(field, 'must be a mapping');
  }

  list(field: string): unknown[] | null {
    const value = this.#get(field);
    return value === null || Array.isArray(value) ? value : this.fail(field, 'must be a list');
  }

  target(field: string): TargetRule | null {
    const value = this.#get(field);
    return Array.isArray(value) ? value : this.textOrNumber(field);
  }

  choices(field: string): ChoiceRule | null {
    const value = this.#get(field);
    return typeof value === 'object' ? (value as ChoiceRule | null) : this.text(field);
  }

  oneOf(field: string, words: readonly string[], fallback: string): string {
    const value = this.text(field) ?? fallback;
    return words.includes(value) ? value : this.fail(field, `must be one of ${words.join(', ')}`);
  }
}
