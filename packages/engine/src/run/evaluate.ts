import { isCodeTask, loadCodeTasks } from '../code-task/load-code-tasks.ts';
import type { HubFiles } from '../dataset/dataset-files.ts';
import { keepFiles } from '../dataset/kept-files.ts';
import { createCachedModel } from '../model/answer-cache.ts';
import { createModel } from '../model/create-model.ts';
import type { LimitedModel } from '../model/openai-model.ts';
import type { RetryPolicy } from '../model/retry.ts';
import { assayTemplates, type TemplateSet } from '../semantics/prompts.ts';
import { createPlan, type PlannedRun, type PlanOptions } from '../task/create-plan.ts';
import { loadTasks } from '../task/load-tasks.ts';
import type { RunPlan } from '../task/run-plan.ts';
import type { OpenModel } from './model-set.ts';
import type { RunProgress } from './progress.ts';
import type { RunSummary } from './run-summary.ts';
import { runTask } from './run-task.ts';

/** What the engine needs from outside. */
export interface EvalServices {
  hub: HubFiles;
  /** Reads one environment variable, for keys and base URLs of models. */
  lookup(name: string): string | undefined;
  /** Folder for logs. */
  logDir: string;
  /** Folder in which files of datasets are kept between readings and runs; without one they are fetched each time. */
  cacheDir?: string;
  /** Folder of answers for calls whose settings have a `cache`; without one they are all made. */
  answersDir?: string;
  /** Prompt texts; default: Assay's own. */
  templates?: TemplateSet;
  /** Replaces the models of {@link createModel}, e.g. in tests. */
  openModel?: OpenModel;
  retry?: Partial<RetryPolicy>;
  /** Aborting it cancels the run; what is finished is kept. */
  signal?: AbortSignal;
  onProgress?(progress: RunProgress): void;
}

export interface EvalRequest extends PlanOptions {
  /** `hf/ORG/NAME[/TASK][@REVISION]`, a folder, or a file of tasks in code, which is run. */
  task: string;
}

/** A task of a request, ready to be run. */
export interface ReadyTask extends PlannedRun {
  templates: TemplateSet;
}

/**
 * Runs the tasks named, one after the other, each into a log of its own.
 * @throws EngineError, SemanticsError when a task cannot be run at all
 */
export async function evaluate(request: EvalRequest, services: EvalServices): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for await (const ready of planTasks(request, services)) {
    if (services.signal?.aborted) break;
    summaries.push(await runReady(ready, services));
  }
  return summaries;
}

/** Plans the tasks that a request names, one after the other. Throws what {@link evaluate} throws. */
export async function* planTasks(request: EvalRequest, services: EvalServices): AsyncIterable<ReadyTask> {
  const { task, ...options } = request;
  const templates = services.templates ?? assayTemplates;
  const tasks = isCodeTask(task) ? loadCodeTasks(task, services.hub) : loadTasks(task, services.hub);
  for (const loaded of await tasks) {
    // With a limit, reading stops early: nothing is fetched to be kept then.
    const kept = services.cacheDir && options.limit === undefined;
    const files = kept ? keepFiles(loaded.files, services.cacheDir!) : loaded.files;
    yield { ...(await createPlan({ ...loaded, files }, options, templates)), templates };
  }
}

export function runReady(ready: ReadyTask, services: EvalServices): Promise<RunSummary> {
  return runTask({ ...services, ...ready, openModel: modelOpener(ready.plan, services) });
}

/** The base URL of the plan is the evaluated model's; judges are found by their own names. */
export function modelOpener(plan: RunPlan, services: EvalServices): OpenModel {
  if (services.openModel) return services.openModel;
  return (name, onRetry): LimitedModel => {
    const baseUrl = name === plan.model ? plan.modelBaseUrl : undefined;
    const model = createModel(name, {
      lookup: services.lookup,
      connections: plan.connections,
      retry: services.retry,
      onRetry,
      ...(baseUrl ? { baseUrl } : {}),
    });
    return services.answersDir ? createCachedModel(model, services.answersDir, baseUrl ?? '') : model;
  };
}
