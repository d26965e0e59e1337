import type { EvalLogHeader } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { RunPlan } from '../task/run-plan.ts';

/**
 * The plan that stands in a log of ours.
 * @throws EngineError `log-not-retryable`
 */
export function readPlan(header: EvalLogHeader, logPath: string): RunPlan {
  const assay = header.eval.metadata?.assay as { plan?: RunPlan } | undefined;
  if (assay?.plan?.task && assay.plan.dataset) return assay.plan;
  throw new EngineError(
    'log-not-retryable',
    `${logPath} does not say how it was made, so it cannot be continued`,
    { hint: 'only logs written by this engine can; run the task anew' },
  );
}
