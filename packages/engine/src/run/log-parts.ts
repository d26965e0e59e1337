import type { EvalLogHeader, EvalLogStart, EvalScore, EvalSpec, LogError, LogStatus } from '@assay/spec';
import { EVAL_LOG_VERSION } from '@assay/spec';
import type { LimitChange } from '../model/connection-limit.ts';
import type { ComputedResults, ScoreResult } from '../semantics/results.ts';
import { plannedIds } from '../task/create-plan.ts';
import type { RunPlan } from '../task/run-plan.ts';
import type { RunTotals } from './run-totals.ts';
import { withoutSecrets } from './sample-recorder.ts';
import { newShortId } from './short-id.ts';
import type { TaskRun } from './task-run.ts';

/** Who a run is in the log: a retry keeps the task id of its predecessor. */
export interface RunIdentity {
  taskId: string;
  evalId: string;
  runId: string;
  created: string;
}

export function newIdentity(taskId = newShortId()): RunIdentity {
  return { taskId, evalId: newShortId(), runId: newShortId(), created: toIsoSecond(new Date()) };
}

export function toIsoSecond(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** What stands in the log before the first sample. */
export function toLogStart(run: TaskRun, identity: RunIdentity, retryOf?: string): EvalLogStart {
  const { plan } = run;
  const logged: RunPlan = { ...plan, generate: withoutSecrets(plan.generate) };
  if (plan.modelBaseUrl) logged.modelBaseUrl = toPublicUrl(plan.modelBaseUrl);
  const assay: Record<string, unknown> = { plan: logged };
  if (retryOf) assay.retryOf = retryOf;
  const spec: EvalSpec = {
    eval_id: identity.evalId,
    run_id: identity.runId,
    created: identity.created,
    task: plan.name,
    task_id: identity.taskId,
    task_version: 0,
    task_display_name: plan.name,
    task_attribs: {},
    task_args: {},
    task_args_passed: {},
    dataset: toDataset(plan),
    model: plan.model,
    model_generate_config: withoutSecrets(plan.generate),
    ...(logged.modelBaseUrl ? { model_base_url: logged.modelBaseUrl } : {}),
    model_args: {},
    config: toConfig(plan),
    packages: { assay: plan.engine },
    ...(plan.tags ? { tags: plan.tags } : {}),
    metadata: { ...plan.metadata, assay },
    scorers: run.scorers.map((scorer, index) => ({
      name: scorer.name,
      options: plan.task.scorers[index]?.args ?? {},
      metrics: scorer.metrics.map((metric) => ({ name: metric.name, options: metric.params ?? {} })),
      metadata: {},
    })),
  };
  const steps = plan.task.solvers.map((step) => ({
    solver: step.name,
    params: step.args,
    params_passed: step.args,
  }));
  return {
    version: EVAL_LOG_VERSION,
    eval: spec,
    plan: { name: 'plan', steps, config: withoutSecrets(plan.generate) },
  };
}

function toDataset(plan: RunPlan): EvalSpec['dataset'] {
  const { id, rows } = plan.dataset;
  const ids = plannedIds(plan);
  return { name: id, location: id, samples: rows ?? ids.length, sample_ids: ids, shuffled: false };
}

function toConfig(plan: RunPlan): Record<string, unknown> {
  const { range, limits, errors } = plan;
  const config: Record<string, unknown> = {
    epochs: plan.epochs,
    fail_on_error: errors.failOnError,
    continue_on_fail: errors.continueOnFail,
    score_on_error: errors.scoreOnError,
    max_samples: plan.maxSamples,
    log_samples: true,
  };
  if (plan.sampleIds) config.sample_id = plan.sampleIds;
  if (range) config.limit = range.start === 0 ? range.end : [range.start, range.end];
  if (plan.epochsReducer) config.epochs_reducer = plan.epochsReducer;
  if (errors.retryOnError > 0) config.retry_on_error = errors.retryOnError;
  for (const [name, value] of Object.entries(limits)) config[`${name}_limit`] = value;
  return config;
}

/** A URL may carry a password, or a key in its query. */
function toPublicUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

export interface LogEnd {
  status: LogStatus;
  error?: LogError;
  /** Null when there is nothing to say: an aborted run, or no sample scored. */
  computed: ComputedResults | null;
  /** Samples planned, epochs counted. */
  planned: number;
  connections: LimitChange[];
  /** Calls repeated, by the class of what had gone wrong. */
  retries: Record<string, number>;
}

export function toLogHeader(start: EvalLogStart, totals: RunTotals, end: LogEnd): EvalLogHeader {
  const assay = { accounting: totals.accounting(end.planned), retries: end.retries };
  const header: EvalLogHeader = {
    version: start.version,
    status: end.status,
    eval: start.eval,
    plan: start.plan,
    stats: {
      started_at: start.eval.created,
      completed_at: new Date().toISOString(),
      model_usage: totals.usage,
      role_usage: totals.roleUsage,
      // Here too, as a run without a score has no results.
      assay,
      connection_limit_history: end.connections.map((change) => toLimitChange(change, start.eval.model)),
    },
    invalidated: false,
  };
  if (end.computed) {
    header.results = {
      total_samples: end.planned,
      completed_samples: totals.completed,
      scores: end.computed.scores.map(toEvalScore),
      metadata: { assay },
    };
  }
  if (end.error) header.error = end.error;
  return header;
}

/** Inspect's record of a change; back-offs of ours that it does not know go by its nearest name. */
function toLimitChange({ at, from, to, reason }: LimitChange, model: string): Record<string, unknown> {
  const known = reason === 'overload' ? 'rate_limit' : reason;
  return { timestamp: at / 1000, model, old_limit: from, new_limit: to, reason: known, cause: reason };
}

/** The default reducer is not named. */
export function toEvalScore({ reducer, ...score }: ScoreResult): EvalScore {
  const written: EvalScore = { ...score, metrics: {} };
  for (const [name, metric] of Object.entries(score.metrics)) written.metrics[name] = { ...metric };
  if (reducer) written.reducer = reducer;
  return written;
}
