import { answerLabel } from '../../packages/engine/src/semantics/choice-answer.ts';
import { createScorer } from '../../packages/engine/src/semantics/scorer.ts';
import type { Score } from '../../packages/engine/src/semantics/scores.ts';
import { markAnswer } from '../../packages/engine/src/semantics/solver/multiple-choice.ts';
import { decoded, type VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';
import { answeredState, scriptedContext, targetList } from './states.ts';
import type { VectorTemplates } from './templates.ts';

export function runScorerCase(test: VectorCase, templates: VectorTemplates): Promise<unknown> {
  const { completion, target, args } = test.input;
  return outcome(async () => {
    const step = { name: test.name, args: decoded(args) as Record<string, unknown> };
    const scorer = createScorer(step, scriptedContext(templates.set));
    const score = await scorer.score(answeredState(completion), targetList(target));
    return { ...shownScore(score), status: score.metadata?.math_scorer_status };
  });
}

export async function runChoiceCase(test: VectorCase, templates: VectorTemplates): Promise<unknown> {
  const { completion, choices, target, multiple_correct: several } = test.input;
  const state = answeredState(completion, { choices });
  markAnswer(state, several);
  const parsed = state.choices
    .flatMap((choice, index) => (choice.correct ? [answerLabel(index)] : []))
    .sort();
  const scorer = createScorer({ name: 'choice', args: {} }, scriptedContext(templates.set));
  const score = await outcome(async () => shownScore(await scorer.score(state, targetList(target))));
  return { parsed, ...(score as object) };
}

export function shownScore(score: Score): Record<string, unknown> {
  return { value: score.value, answer: score.answer ?? null, reason: score.reason ?? null };
}
