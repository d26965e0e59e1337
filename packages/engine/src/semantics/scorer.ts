import { lmEvalScorer } from '../lm-eval/scorer.ts';
import type { SemanticsContext, Step } from './context.ts';
import { SemanticsError } from './error.ts';
import { answer } from './scorer/answer.ts';
import { choice } from './scorer/choice.ts';
import { exact } from './scorer/exact.ts';
import { f1 } from './scorer/f1.ts';
import { includes } from './scorer/includes.ts';
import { match } from './scorer/match.ts';
import { math } from './scorer/math.ts';
import { modelGradedFact, modelGradedQa } from './scorer/model-graded.ts';
import { pattern } from './scorer/pattern.ts';
import type { Scorer, ScorerFactory } from './scorer/scorer.ts';

export type { Scorer, ScorerFactory };

const factories: Record<string, ScorerFactory> = {
  answer,
  choice,
  exact,
  f1,
  includes,
  lm_eval: lmEvalScorer,
  match,
  math,
  model_graded_fact: modelGradedFact,
  model_graded_qa: modelGradedQa,
  pattern,
};

/**
 * @param own scorers in code, by name; they come first
 * Throws `unknown-step`, `unknown-argument`, `missing-argument`, `bad-argument`.
 */
export function createScorer(
  step: Step,
  context: SemanticsContext,
  own: Record<string, ScorerFactory> = {},
): Scorer {
  if (Object.hasOwn(own, step.name)) return own[step.name]!(step.args, context);
  const factory = Object.hasOwn(factories, step.name) ? factories[step.name] : undefined;
  if (!factory) throw new SemanticsError('unknown-step', `there is no scorer named ${step.name}`);
  return factory(step.args, context);
}

/** Scorers of one task with unique names: the second `match` is `match1`, as in Inspect's log. */
export function createScorers(
  steps: Step[],
  context: SemanticsContext,
  own: Record<string, ScorerFactory> = {},
): Scorer[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const scorer = createScorer(step, context, own);
    const count = seen.get(step.name) ?? 0;
    seen.set(step.name, count + 1);
    return count === 0 ? scorer : { ...scorer, name: `${step.name}${count}` };
  });
}
