import type { SemanticsContext } from '../context.ts';
import type { GenerateConfig } from '../generate-config.ts';
import type { TaskState } from '../state.ts';

/** Sends the state's messages to the evaluated model, appends the reply to them and sets `state.output`. */
export type Generate = (state: TaskState, config?: GenerateConfig) => Promise<TaskState>;

export interface Solver {
  readonly name: string;
  solve(state: TaskState, generate: Generate): Promise<TaskState>;
}

/** Builds a solver from its arguments; a wrong argument throws here, before any sample runs. */
export type SolverFactory = (args: Record<string, unknown>, context: SemanticsContext) => Solver;
