import { lmEvalLikelihood, lmEvalRepeats } from '../lm-eval/solver.ts';
import type { SemanticsContext, Step } from './context.ts';
import { SemanticsError } from './error.ts';
import { systemMessage, userMessage } from './solver/added-message.ts';
import { chainOfThought } from './solver/chain-of-thought.ts';
import { generate } from './solver/generate.ts';
import { multipleChoice } from './solver/multiple-choice.ts';
import { promptTemplate } from './solver/prompt-template.ts';
import { selfCritique } from './solver/self-critique.ts';
import type { Generate, Solver, SolverFactory } from './solver/solver.ts';
import { useTools } from './solver/use-tools.ts';
import type { TaskState } from './state.ts';

export type { Generate, Solver, SolverFactory };

const factories: Record<string, SolverFactory> = {
  chain_of_thought: chainOfThought,
  generate,
  lm_eval_likelihood: lmEvalLikelihood,
  lm_eval_repeats: lmEvalRepeats,
  multiple_choice: multipleChoice,
  prompt_template: promptTemplate,
  self_critique: selfCritique,
  system_message: systemMessage,
  use_tools: useTools,
  user_message: userMessage,
};

/**
 * @param own solvers in code, by name; they come first
 * Throws `unknown-step`, `unknown-argument`, `missing-argument`, `bad-argument`, `bad-template`.
 */
export function createSolver(
  step: Step,
  context: SemanticsContext,
  own: Record<string, SolverFactory> = {},
): Solver {
  if (Object.hasOwn(own, step.name)) return own[step.name]!(step.args, context);
  const factory = Object.hasOwn(factories, step.name) ? factories[step.name] : undefined;
  if (!factory) throw new SemanticsError('unknown-step', `there is no solver named ${step.name}`);
  return factory(step.args, context);
}

/** Runs the solvers in order; stops early when the state says it is completed. */
export async function runSolvers(
  solvers: Solver[],
  state: TaskState,
  generate: Generate,
): Promise<TaskState> {
  let current = state;
  for (const solver of solvers) {
    if (current.completed) break;
    current = await solver.solve(current, generate);
  }
  return current;
}
