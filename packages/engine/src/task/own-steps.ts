import type { ScorerFactory } from '../semantics/scorer.ts';
import type { SolverFactory } from '../semantics/solver.ts';

/** Solvers and scorers that a task brings along in code, by name. */
export interface OwnSteps {
  solvers: Record<string, SolverFactory>;
  scorers: Record<string, ScorerFactory>;
}
