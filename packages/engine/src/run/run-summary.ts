import type { LogStatus } from '@assay/spec';
import type { ComputedResults } from '../semantics/results.ts';
import type { RunPlan } from '../task/run-plan.ts';
import type { Accounting, RunTotals } from './run-totals.ts';

/** What came of a run, as its caller sees it. */
export interface RunSummary {
  logPath: string;
  status: LogStatus;
  task: string;
  model: string;
  /** By scorer and metric, e.g. `match/accuracy`. */
  metrics: Record<string, number>;
  accounting: Accounting;
  /** Who ran it, when it was not this engine: `inspect_ai 0.3.285`. */
  engine?: string;
  /** What ended a run with status `error`. */
  error?: string;
}

export function summarize(
  run: {
    plan: RunPlan;
    logPath: string;
    totals: RunTotals;
    computed: ComputedResults | null;
    planned: number;
  },
  outcome: { status: LogStatus; error?: { message: string } },
): RunSummary {
  const metrics: Record<string, number> = {};
  for (const score of run.computed?.scores ?? []) {
    for (const metric of Object.values(score.metrics)) metrics[`${score.name}/${metric.name}`] = metric.value;
  }
  return {
    logPath: run.logPath,
    status: outcome.status,
    task: run.plan.name,
    model: run.plan.model,
    metrics,
    accounting: run.totals.accounting(run.planned),
    ...(outcome.error ? { error: outcome.error.message } : {}),
  };
}
