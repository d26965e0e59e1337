import { createHash, randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import type { EvalTask } from '@assay/spec';
import type { DatasetFiles } from '../dataset/dataset-files.ts';
import { openRecords, type RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import type { AdaptiveRange } from '../model/connection-limit.ts';
import { defaultConnections } from '../model/create-model.ts';
import { assertPriced, type ModelPrice } from '../model/model-price.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { semanticsProfile, type TemplateSet } from '../semantics/prompts.ts';
import { assertReducerFits } from '../semantics/reducer.ts';
import type { LoadedTask } from './load-tasks.ts';
import type { OwnSteps } from './own-steps.ts';
import { type ErrorPolicy, type RunPlan, type SampleLimits, toMaxSamples } from './run-plan.ts';
import { assertChoice, chosenPositions, type SampleRange, type Shard } from './sample-choice.ts';

/** What a caller may choose; everything has a default. */
export interface PlanOptions {
  model: string;
  modelBaseUrl?: string;
  modelRoles?: Record<string, string[]>;
  generate?: GenerateConfig;
  /** The first N samples, or a range of positions. */
  limit?: number | SampleRange;
  /** Ids, which are numbers of rows from 1. */
  sampleIds?: number[];
  /** One part of a run that several processes share. */
  shard?: Shard;
  epochs?: number;
  /** An empty list takes every epoch as a value of its own. */
  epochsReducer?: string[];
  limits?: SampleLimits;
  errors?: Partial<ErrorPolicy>;
  connections?: number | AdaptiveRange;
  maxSamples?: number;
  seed?: number;
  score?: boolean;
  prices?: Record<string, ModelPrice>;
  maxCost?: number;
  tags?: string[];
  metadata?: Record<string, unknown>;
}

const defaultErrors: ErrorPolicy = {
  failOnError: true,
  continueOnFail: false,
  retryOnError: 0,
  scoreOnError: false,
};

export const engineVersion: string = (
  createRequire(import.meta.url)('../../package.json') as { version: string }
).version;

/** A plan, and the rows it is about. */
export interface PlannedRun {
  plan: RunPlan;
  records: RecordSource;
  own?: OwnSteps;
}

/**
 * Freezes what is to be run.
 * @throws EngineError `plan-invalid` and the codes of `openRecords`; SemanticsError when a reducer does not fit
 */
export async function createPlan(
  loaded: LoadedTask,
  options: PlanOptions,
  templates: TemplateSet,
): Promise<PlannedRun> {
  const { task, files } = loaded;
  const epochs = options.epochs ?? task.epochs;
  const epochsReducer = options.epochsReducer ?? (task.epochReducer ? [task.epochReducer] : null);
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new EngineError('plan-invalid', 'epochs must be at least 1');
  for (const reducer of epochsReducer ?? []) assertReducerFits(reducer, epochs);
  const records = loaded.records ?? (await openRecords(files, task.config, task.split));
  const range = typeof options.limit === 'number' ? { start: 0, end: options.limit } : options.limit;
  const choice = { range, sampleIds: options.sampleIds, shard: options.shard };
  assertChoice(choice);
  assertPriced(options, namedModels(task));
  const dataset: RunPlan['dataset'] = {
    id: files.id,
    commit: files.commit,
    config: task.config,
    split: task.split,
    paths: records.paths,
    rows: !range || (await isCheaplyCounted(files, records)) ? await records.count() : null,
    ...(files.commit === null ? { digest: await digestFiles(files, records.paths) } : {}),
  };
  const connections = options.connections ?? defaultConnections;
  const plan: RunPlan = {
    name: loaded.name,
    spec: loaded.spec.text,
    dataset,
    task,
    model: options.model,
    ...given({ modelBaseUrl: options.modelBaseUrl || undefined }),
    modelRoles: options.modelRoles ?? {},
    generate: options.generate ?? {},
    epochs,
    epochsReducer,
    ...given(choice),
    limits: options.limits ?? {},
    errors: { ...defaultErrors, ...options.errors },
    connections,
    maxSamples: options.maxSamples ?? toMaxSamples(connections, options.limits),
    ...given({ score: options.score === false ? false : undefined }),
    ...given({ prices: options.prices, maxCost: options.maxCost }),
    ...given({ tags: options.tags, metadata: options.metadata }),
    seed: options.seed ?? (options.shard ? sharedSeed(dataset) : randomInt(2 ** 31)),
    templates: { name: templates.name, version: templates.version, digest: templates.digest },
    profile: semanticsProfile,
    engine: engineVersion,
  };
  return { plan, records, ...(loaded.own ? { own: loaded.own } : {}) };
}

/** Judges and critics that the task names. */
function namedModels(task: EvalTask): string[] {
  const named = [...task.solvers, ...task.scorers].flatMap((step) => step.args.model ?? []);
  return named.filter((each) => typeof each === 'string');
}

/** Only what has a value: the plan is compared and logged as JSON. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Shards are planned apart and must shuffle alike. */
function sharedSeed(dataset: RunPlan['dataset']): number {
  const { id, commit, digest, config, split } = dataset;
  const hash = createHash('sha256').update([commit ?? digest ?? id, config, split].join('\n'));
  return hash.digest().readUInt32BE() % 2 ** 31;
}

/** Bytes of text that are read through for the number of rows although a limit asks for few of them. */
const COUNTED_BYTES = 64 * 2 ** 20;

/** Parquet says how many rows it has. */
async function isCheaplyCounted(files: DatasetFiles, records: RecordSource): Promise<boolean> {
  if (isParquet(records)) return true;
  const paths = new Set(records.paths);
  const entries = (await files.list()).filter((entry) => paths.has(entry.path));
  return entries.reduce((bytes, entry) => bytes + entry.size, 0) <= COUNTED_BYTES;
}

function isParquet(records: RecordSource): boolean {
  return records.paths.every((path) => path.endsWith('.parquet'));
}

/** SHA-256 over the bytes of all files, in order. */
export async function digestFiles(files: DatasetFiles, paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const chunk of await files.open(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Samples to run, epochs counted; with a limit on a dataset whose length is not known, at most so many. */
export function plannedSamples(plan: RunPlan): number {
  return plannedIds(plan).length * plan.epochs;
}

/** Ids of the samples to run, as far as they are known before the dataset is read. */
export function plannedIds(plan: RunPlan): number[] {
  return chosenPositions(plan.dataset.rows ?? plan.range?.end ?? 0, plan);
}
