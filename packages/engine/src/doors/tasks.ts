/** What the front door shows of tasks, and of the ways to write them without code. */
export { evaluateLmEval, type LmEvalOutcome } from '../lm-eval/evaluate-lm-eval.ts';
export { createPlan, type PlanOptions } from '../task/create-plan.ts';
export { loadTasks } from '../task/load-tasks.ts';
export type { RunPlan } from '../task/run-plan.ts';
