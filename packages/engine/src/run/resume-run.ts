import { dirname } from 'node:path';
import type { EvalLogHeader, EvalSampleSummary } from '@assay/spec';
import { loadCodeTasks } from '../code-task/load-code-tasks.ts';
import { type DatasetFiles, openHubDataset } from '../dataset/dataset-files.ts';
import { openFolderDataset } from '../dataset/folder-dataset.ts';
import { keepFiles } from '../dataset/kept-files.ts';
import { openRecords, type RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import { prepareRecords } from '../lm-eval/prepared-records.ts';
import { toSampleEntry } from '../log/entry-names.ts';
import type { LogReader } from '../log/log-reader.ts';
import { openLog } from '../log/open-log.ts';
import type { AdaptiveRange } from '../model/connection-limit.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { assayTemplates, type TemplateSet } from '../semantics/prompts.ts';
import { digestFiles, engineVersion } from '../task/create-plan.ts';
import type { LoadedTask } from '../task/load-tasks.ts';
import { type ErrorPolicy, type RunPlan, toMaxSamples } from '../task/run-plan.ts';
import { parseTaskSpec } from '../task/task-spec.ts';
import { type EvalServices, modelOpener } from './evaluate.ts';
import { readPlan } from './logged-plan.ts';
import type { RunSummary } from './run-summary.ts';
import { runTask } from './run-task.ts';

/** What may differ from the first run: how it is run, never what is run. */
export interface ResumeOptions {
  connections?: number | AdaptiveRange;
  maxSamples?: number;
  errors?: Partial<ErrorPolicy>;
  /** Dollars, those of the first run counted. */
  maxCost?: number;
  modelBaseUrl?: string;
  /** The file of a task in code: code is run only from a file that the caller names. */
  taskFile?: string;
  /** Headers the first run sent with its calls: their values are not in the log. */
  extraHeaders?: Record<string, string>;
}

/**
 * Runs again what an earlier log does not hold as finished: samples in flight when its writer died or was cancelled,
 * and failed ones. Everything needed stands in the log. The new log has the same task id and appears once it holds
 * all finished samples of the old one, which is left as it is.
 * @throws EngineError `log-not-retryable` when the log is not ours or its dataset has changed; `log-missing`, …
 */
export async function resumeRun(
  logPath: string,
  options: ResumeOptions,
  services: Omit<EvalServices, 'logDir'> & { logDir?: string },
): Promise<RunSummary> {
  const log = await openLog(logPath);
  try {
    const header = await log.header();
    const plan = applyOptions(readPlan(header, logPath), options);
    const own = plan.templates.digest === assayTemplates.digest;
    const templates = own ? assayTemplates : (services.templates ?? assayTemplates);
    assertSameTemplates(plan, templates, logPath);
    const code = await readCode(plan, options.taskFile, services.hub);
    const records = code?.records ?? (await openPlannedRecords(plan, services));
    const finished = await findFinished(log, header, plan);
    const full: EvalServices = { ...services, logDir: services.logDir ?? dirname(logPath) };
    const predecessor = { log, path: logPath, taskId: header.eval.task_id, finished };
    return await runTask({
      ...full,
      plan,
      records,
      ...(code?.own ? { own: code.own } : {}),
      templates,
      predecessor,
      openModel: modelOpener(plan, full),
    });
  } finally {
    await log.close();
  }
}

async function readCode(
  plan: RunPlan,
  file: string | undefined,
  hub: EvalServices['hub'],
): Promise<LoadedTask | null> {
  const noted = plan.task.extra?.code as { file: string; digest: string } | undefined;
  if (!noted) return null;
  if (!file) {
    throw new EngineError('log-not-retryable', `the task is code in ${noted.file}, which no log may start`, {
      hint: `name the file: --task-file ${noted.file}`,
    });
  }
  const tasks = await loadCodeTasks(file, hub);
  const found = tasks.find(({ task }) => task.id === plan.task.id);
  const digest = (found?.task.extra?.code as { digest: string } | undefined)?.digest;
  if (found && digest === noted.digest) return found;
  throw new EngineError('log-not-retryable', `${file} is not the file that the log was begun with`);
}

function applyOptions(plan: RunPlan, options: ResumeOptions): RunPlan {
  const connections = options.connections ?? plan.connections;
  const follows = options.connections !== undefined && options.maxSamples === undefined;
  return {
    ...plan,
    connections,
    maxSamples: options.maxSamples ?? (follows ? toMaxSamples(connections, plan.limits) : plan.maxSamples),
    errors: { ...plan.errors, ...options.errors },
    engine: engineVersion,
    ...(options.maxCost === undefined ? {} : { maxCost: options.maxCost }),
    generate: withHeaders(plan.generate, options.extraHeaders),
    ...(options.modelBaseUrl ? { modelBaseUrl: options.modelBaseUrl } : {}),
  };
}

function withHeaders(config: GenerateConfig, given: Record<string, string> = {}): GenerateConfig {
  if (!config.extra_headers) return config;
  const missing = Object.keys(config.extra_headers).filter((name) => given[name] === undefined);
  if (missing.length === 0) return { ...config, extra_headers: given };
  throw new EngineError(
    'log-not-retryable',
    `the first run sent the headers ${missing.join(', ')} with its calls`,
    {
      hint: 'their values are not in the log: give them again',
    },
  );
}

/** One log, one set of prompts. */
function assertSameTemplates(plan: RunPlan, templates: TemplateSet, logPath: string): void {
  if (plan.templates.digest === templates.digest) return;
  const { name, version } = plan.templates;
  throw new EngineError('log-not-retryable', `${logPath} was made with the templates ${name} ${version}`, {
    hint: `the ones at hand are ${templates.name} ${templates.version}`,
  });
}

async function openPlannedRecords(
  plan: RunPlan,
  services: Pick<EvalServices, 'hub' | 'cacheDir'>,
): Promise<RecordSource> {
  const { id, commit, config, split, digest, paths } = plan.dataset;
  const files: DatasetFiles =
    commit === null ? await openFolder(plan.spec) : await openHubDataset(services.hub, id, commit);
  if (commit === null && (await digestFiles(files, paths)) !== digest) {
    throw new EngineError('log-not-retryable', `the files of ${id} have changed since the log was begun`);
  }
  const kept = services.cacheDir && !plan.range ? keepFiles(files, services.cacheDir) : files;
  return prepareRecords(plan.task, kept, await openRecords(kept, config, split));
}

function openFolder(spec: string): Promise<DatasetFiles> {
  const parsed = parseTaskSpec(spec);
  if (parsed.kind === 'folder') return openFolderDataset(parsed.folder);
  throw new EngineError('log-not-retryable', `"${spec}" names no folder, and the log names no commit`);
}

/** Samples without an error that nobody has declared invalid. */
async function findFinished(log: LogReader, header: EvalLogHeader, plan: RunPlan): Promise<Set<string>> {
  const finished = new Set<string>();
  const fits = (summary: EvalSampleSummary): boolean => !summary.error && summary.epoch <= plan.epochs;
  for await (const summary of log.summaries()) {
    if (fits(summary)) finished.add(toSampleEntry(summary.id, summary.epoch));
  }
  if (header.invalidated) {
    for await (const sample of log.samples()) {
      if (sample.invalidation) finished.delete(toSampleEntry(sample.id, sample.epoch));
    }
  }
  return finished;
}
