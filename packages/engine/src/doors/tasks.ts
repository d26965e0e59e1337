/** What the front door shows of tasks, and of the ways to write them without code. */

export {
  defineScorer,
  defineSolver,
  defineTask,
  scorers,
  solvers,
  type TaskDefinition,
  type TaskSample,
} from '../code-task/define-task.ts';
export { evaluateLmEval, type LmEvalOutcome } from '../lm-eval/evaluate-lm-eval.ts';
export { listLmEvalTasks } from '../lm-eval/list-tasks.ts';
export { createPlan, type PlanOptions } from '../task/create-plan.ts';
export { loadTasks } from '../task/load-tasks.ts';
export type { RunPlan } from '../task/run-plan.ts';
