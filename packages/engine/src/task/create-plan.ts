import { createHash, randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import type { DatasetFiles } from '../dataset/dataset-files.ts';
import { openRecords, type RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import type { AdaptiveRange } from '../model/connection-limit.ts';
import { defaultConnections } from '../model/create-model.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { semanticsProfile, type TemplateSet } from '../semantics/prompts.ts';
import { assertReducerFits } from '../semantics/reducer.ts';
import type { LoadedTask } from './load-tasks.ts';
import type { ErrorPolicy, RunPlan, SampleLimits, SampleRange } from './run-plan.ts';

/** What a caller may choose; everything has a default. */
export interface PlanOptions {
  model: string;
  modelBaseUrl?: string;
  modelRoles?: Record<string, string[]>;
  generate?: GenerateConfig;
  /** The first N samples, or a range of positions. */
  limit?: number | SampleRange;
  epochs?: number;
  /** An empty list takes every epoch as a value of its own. */
  epochsReducer?: string[];
  limits?: SampleLimits;
  errors?: Partial<ErrorPolicy>;
  connections?: number | AdaptiveRange;
  maxSamples?: number;
  seed?: number;
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
  const records = await openRecords(files, task.config, task.split);
  const range = toRange(options.limit);
  const connections = options.connections ?? defaultConnections;
  const plan: RunPlan = {
    name: loaded.name,
    spec: loaded.spec.text,
    dataset: {
      id: files.id,
      commit: files.commit,
      config: task.config,
      split: task.split,
      paths: records.paths,
      rows: range && !isParquet(records) ? null : await records.count(),
      ...(files.commit === null ? { digest: await digestFiles(files, records.paths) } : {}),
    },
    task,
    model: options.model,
    ...(options.modelBaseUrl ? { modelBaseUrl: options.modelBaseUrl } : {}),
    modelRoles: options.modelRoles ?? {},
    generate: options.generate ?? {},
    epochs,
    epochsReducer,
    ...(range ? { range } : {}),
    limits: options.limits ?? {},
    errors: { ...defaultErrors, ...options.errors },
    connections,
    maxSamples: options.maxSamples ?? (typeof connections === 'number' ? connections : connections.max),
    seed: options.seed ?? randomInt(2 ** 31),
    templates: { name: templates.name, version: templates.version, digest: templates.digest },
    profile: semanticsProfile,
    engine: engineVersion,
  };
  return { plan, records };
}

function toRange(limit: number | SampleRange | undefined): SampleRange | undefined {
  const range = typeof limit === 'number' ? { start: 0, end: limit } : limit;
  if (range && !(range.start >= 0 && range.end > range.start)) {
    throw new EngineError('plan-invalid', 'the limit takes no samples');
  }
  return range;
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
  const { range } = plan;
  const rows = plan.dataset.rows ?? range?.end ?? 0;
  const from = range?.start ?? 0;
  const to = Math.min(range?.end ?? rows, rows);
  return Math.max(0, to - from) * plan.epochs;
}
