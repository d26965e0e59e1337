import type { HubFiles } from '../dataset/dataset-files.ts';
import { keepFiles } from '../dataset/kept-files.ts';
import { createModel } from '../model/create-model.ts';
import type { LimitedModel } from '../model/openai-model.ts';
import type { RetryPolicy } from '../model/retry.ts';
import { assayTemplates, type TemplateSet } from '../semantics/prompts.ts';
import { createPlan, type PlanOptions } from '../task/create-plan.ts';
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
  /** `hf/ORG/NAME[/TASK][@REVISION]` or a folder. */
  task: string;
}

/**
 * Runs the tasks named, one after the other, each into a log of its own.
 * @throws EngineError, SemanticsError when a task cannot be run at all
 */
export async function evaluate(request: EvalRequest, services: EvalServices): Promise<RunSummary[]> {
  const { task, ...options } = request;
  const templates = services.templates ?? assayTemplates;
  const summaries: RunSummary[] = [];
  for (const loaded of await loadTasks(task, services.hub)) {
    if (services.signal?.aborted) break;
    // With a limit, reading stops early: nothing is fetched to be kept then.
    const kept = services.cacheDir && options.limit === undefined;
    const files = kept ? keepFiles(loaded.files, services.cacheDir!) : loaded.files;
    const { plan, records } = await createPlan({ ...loaded, files }, options, templates);
    summaries.push(
      await runTask({ ...services, plan, records, templates, openModel: modelOpener(plan, services) }),
    );
  }
  return summaries;
}

/** The base URL of the plan is the evaluated model's; judges are found by their own names. */
export function modelOpener(plan: RunPlan, services: EvalServices): OpenModel {
  if (services.openModel) return services.openModel;
  return (name, onRetry): LimitedModel =>
    createModel(name, {
      lookup: services.lookup,
      connections: plan.connections,
      retry: services.retry,
      onRetry,
      ...(name === plan.model && plan.modelBaseUrl ? { baseUrl: plan.modelBaseUrl } : {}),
    });
}
