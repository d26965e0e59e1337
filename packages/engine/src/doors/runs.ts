/** What the front door shows of runs. */
export { parsePrices } from '../model/model-price.ts';
export type { OtherEngine } from '../other-engine/engine-python.ts';
export { evaluateElsewhere } from '../other-engine/evaluate-elsewhere.ts';
export { type EvalRequest, type EvalServices, evaluate } from '../run/evaluate.ts';
export { type EvalSetOutcome, type EvalSetRequest, evaluateSet } from '../run/evaluate-set.ts';
export { mergeShards } from '../run/merge-shards.ts';
export type { RunProgress } from '../run/progress.ts';
export { type ResumeOptions, resumeRun } from '../run/resume-run.ts';
export type { RunSummary } from '../run/run-summary.ts';
export { runTask } from '../run/run-task.ts';
