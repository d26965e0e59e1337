import type { SemanticsContext, Step } from './context.ts';
import { SemanticsError } from './error.ts';
import type { Metric } from './metric.ts';
import { answer } from './scorer/answer.ts';
import { choice } from './scorer/choice.ts';
import { exact } from './scorer/exact.ts';
import { f1 } from './scorer/f1.ts';
import { includes } from './scorer/includes.ts';
import { match } from './scorer/match.ts';
import { math } from './scorer/math.ts';
import { modelGradedFact, modelGradedQa } from './scorer/model-graded.ts';
import { pattern } from './scorer/pattern.ts';
import type { Score } from './scores.ts';
import type { TaskState } from './state.ts';

export interface Scorer {
  readonly name: string;
  /** What the scorer's values are summed up by when the task file says nothing else (it cannot). */
  readonly metrics: Metric[];
  score(state: TaskState, target: string[]): Score | Promise<Score>;
}

/** Builds a scorer from its arguments; a wrong argument throws here, before any sample runs. */
export type ScorerFactory = (args: Record<string, unknown>, context: SemanticsContext) => Scorer;

const factories: Record<string, ScorerFactory> = {
  answer,
  choice,
  exact,
  f1,
  includes,
  match,
  math,
  model_graded_fact: modelGradedFact,
  model_graded_qa: modelGradedQa,
  pattern,
};

/** Throws `unknown-step`, `unknown-argument`, `missing-argument`, `bad-argument`. */
export function createScorer(step: Step, context: SemanticsContext): Scorer {
  const factory = Object.hasOwn(factories, step.name) ? factories[step.name] : undefined;
  if (!factory) throw new SemanticsError('unknown-step', `there is no scorer named ${step.name}`);
  return factory(step.args, context);
}

/** Scorers of one task with unique names: the second `match` is `match1`, as in Inspect's log. */
export function createScorers(steps: Step[], context: SemanticsContext): Scorer[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const scorer = createScorer(step, context);
    const count = seen.get(step.name) ?? 0;
    seen.set(step.name, count + 1);
    return count === 0 ? scorer : { ...scorer, name: `${step.name}${count}` };
  });
}
