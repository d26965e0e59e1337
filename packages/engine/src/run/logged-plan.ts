import { canonicalJson, type EvalLogHeader } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { RunPlan } from '../task/run-plan.ts';

/**
 * The plan that stands in a log of ours.
 * @throws EngineError `log-not-retryable`
 */
export function readPlan(header: EvalLogHeader, logPath: string): RunPlan {
  const assay = header.eval.metadata?.assay as { plan?: RunPlan; engine?: { name: string } } | undefined;
  if (assay?.engine) {
    throw new EngineError('log-not-retryable', `the run of ${logPath} was made by ${assay.engine.name}`, {
      hint: 'run it anew with assay eval --engine …: two engines do not share a run',
    });
  }
  if (assay?.plan?.task && assay.plan.dataset) return assay.plan;
  throw new EngineError(
    'log-not-retryable',
    `${logPath} does not say how it was made, so it cannot be continued`,
    { hint: 'only logs written by this engine can; run the task anew' },
  );
}

/** Everything that decides what is run, whichever shard; how it is run may differ. */
export function toComparable(plan: RunPlan): string {
  const {
    shard,
    connections: _c,
    maxSamples: _m,
    errors: _e,
    modelBaseUrl: _u,
    maxCost: _x,
    engine: _v,
    ...what
  } = plan;
  const { extra_headers: _h, ...generate } = what.generate;
  return canonicalJson({ ...what, generate, shards: shard?.count ?? 0 });
}
