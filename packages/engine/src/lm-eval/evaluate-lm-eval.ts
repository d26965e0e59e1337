import { openHubDataset } from '../dataset/dataset-files.ts';
import { EngineError } from '../engine-error.ts';
import { type EvalServices, modelOpener } from '../run/evaluate.ts';
import type { RunSummary } from '../run/run-summary.ts';
import { runTask } from '../run/run-task.ts';
import { assayTemplates } from '../semantics/prompts.ts';
import { createPlan, type PlanOptions } from '../task/create-plan.ts';
import type { TaskSpec } from '../task/task-spec.ts';
import { scoreGroup, type TaskScores } from './group-scores.ts';
import { loadEntry } from './obstacles.ts';
import { toEvalTask } from './planned-task.ts';
import { type PromptForm, prepareRecords } from './prepared-records.ts';
import { type SelectedTask, selectTasks } from './select-tasks.ts';
import type { LmEvalTask } from './task-config.ts';
import { readTaskIndex } from './task-index.ts';

export interface LmEvalRequest extends PlanOptions {
  /** A task, group or tag, after `lm-eval/`. */
  task: string;
  /** Folder of task files. */
  tasksPath: string;
  /** Examples in each prompt, when not the task's own number. */
  numFewshot?: number;
  /** Default: chat. */
  form?: PromptForm;
}

export interface LmEvalOutcome {
  summaries: RunSummary[];
  /** Values of groups, by group and then `metric,filter`. */
  groups: Record<string, Record<string, number>>;
  /** Tasks of a group or tag that were left out. */
  skipped: { task: string; because: string }[];
}

/**
 * Runs a task of lm-evaluation-harness, or all tasks of a group or tag that can be run, each into a log of its own.
 * @throws EngineError `plan-invalid` when nothing of it can be run, saying why; and what runs of tasks throw
 */
export async function evaluateLmEval(request: LmEvalRequest, services: EvalServices): Promise<LmEvalOutcome> {
  const { task: name, tasksPath, numFewshot, form = 'chat', ...options } = request;
  const { tasks, groups } = selectTasks(readTaskIndex(tasksPath), name);
  const outcome: LmEvalOutcome = { summaries: [], groups: {}, skipped: [] };
  const ready = tasks.flatMap((entry) => readyTask(entry, outcome) ?? []);
  if (ready.length === 0) {
    const reasons = outcome.skipped.map(({ task, because }) => `${task} cannot run, because ${because}`);
    throw new EngineError('plan-invalid', reasons.slice(0, 10).join('\n') || `"${name}" holds no tasks`);
  }
  const scores = new Map<string, TaskScores>();
  for (const task of ready) {
    if (services.signal?.aborted) break;
    const summary = await runOne(
      { ...task, numFewshot: numFewshot ?? task.numFewshot },
      form,
      options,
      services,
    );
    outcome.summaries.push(summary);
    scores.set(task.task, toTaskScores(summary));
  }
  for (const group of groups) outcome.groups[group.name] = scoreGroup(group, scores);
  return outcome;
}

function readyTask(entry: SelectedTask, outcome: LmEvalOutcome): LmEvalTask | null {
  const { task, obstacles } = loadEntry(entry);
  if (task && obstacles.length === 0) return task;
  outcome.skipped.push({
    task: entry.name,
    because: obstacles.map((one) => one.because).join('; and because '),
  });
  return null;
}

async function runOne(
  task: LmEvalTask,
  form: PromptForm,
  options: PlanOptions,
  services: EvalServices,
): Promise<RunSummary> {
  const templates = services.templates ?? assayTemplates;
  const revision = String(task.datasetKwargs.revision ?? 'main');
  const files = await openHubDataset(services.hub, task.datasetPath, revision);
  const text = `lm-eval/${task.task}`;
  const spec: TaskSpec = { kind: 'hub', dataset: task.datasetPath, revision, text };
  const loaded = { name: text, spec, task: toEvalTask(task, form, options.generate), files };
  const { plan, records } = await createPlan(loaded, options, templates);
  return runTask({
    ...services,
    plan,
    records: prepareRecords(plan.task, files, records),
    templates,
    openModel: modelOpener(plan, services),
  });
}

const scorerPrefix = 'lm_eval/';

function toTaskScores(summary: RunSummary): TaskScores {
  const entries = Object.entries(summary.metrics).filter(([name]) => name.startsWith(scorerPrefix));
  return {
    values: Object.fromEntries(entries.map(([name, value]) => [name.slice(scorerPrefix.length), value])),
    size: summary.accounting.scored + summary.accounting.unparsed,
  };
}
