import { EngineError } from '../engine-error.ts';
import type { SemanticsContext, Step } from '../semantics/context.ts';
import { accuracyAndStderr } from '../semantics/metric.ts';
import { createScorer, type Scorer } from '../semantics/scorer.ts';
import { createSolver, type Solver } from '../semantics/solver.ts';
import type { OwnSteps } from '../task/own-steps.ts';
import type { OwnScorer, OwnSolver, ScorerStep, SolverStep, TaskDefinition } from './define-task.ts';

/** The solvers and scorers that a task defines itself, in the engine's form. */
export function toOwnSteps(task: TaskDefinition): OwnSteps {
  const own: OwnSteps = { solvers: {}, scorers: {} };
  for (const one of task.solvers) {
    if (isOwnSolver(one)) add(own.solvers, one, (_args, context) => toSolver(one, context));
  }
  for (const one of task.scorers) {
    if (isOwnScorer(one)) add(own.scorers, one, (_args, context) => toScorer(one, context));
  }
  return own;
}

/** Two steps of one name would be one in the log. */
function add<Factory>(own: Record<string, Factory>, one: { name: string }, factory: Factory): void {
  if (Object.hasOwn(own, one.name)) {
    throw new EngineError('plan-invalid', `two steps of the task are called "${one.name}"`);
  }
  own[one.name] = factory;
}

function isOwnSolver(one: SolverStep): one is OwnSolver {
  return 'solve' in one;
}

function isOwnScorer(one: ScorerStep): one is OwnScorer {
  return 'score' in one;
}

function toSolver(own: OwnSolver, context: SemanticsContext): Solver {
  return {
    name: own.name,
    solve: (state, generate) =>
      own.solve(state, generate, (step, current) => {
        const other = isOwnSolver(step) ? toSolver(step, context) : createSolver(step as Step, context);
        return other.solve(current, generate);
      }),
  };
}

function toScorer(own: OwnScorer, context: SemanticsContext): Scorer {
  return {
    name: own.name,
    metrics: own.metrics ?? accuracyAndStderr(),
    score: (state, target) =>
      own.score(state, target, async (step) => {
        const other = isOwnScorer(step) ? toScorer(step, context) : createScorer(step as Step, context);
        return other.score(state, target);
      }),
  };
}
