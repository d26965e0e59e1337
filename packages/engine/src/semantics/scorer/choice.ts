import { takeArguments } from '../arguments.ts';
import { answerLabel, targetPositions } from '../choice-answer.ts';
import { SemanticsError } from '../error.ts';
import { accuracyAndStderr } from '../metric.ts';
import { isBlank } from '../python/whitespace.ts';
import { correct, incorrect, noAnswer, type Score } from '../scores.ts';
import type { TaskState } from '../state.ts';
import type { ScorerFactory } from './scorer.ts';

/** Are exactly the options marked that the target names? The marks come from multiple_choice. */
export const choice: ScorerFactory = (args) => {
  const name = 'choice';
  takeArguments(name, args, {});
  return { name, metrics: accuracyAndStderr(), score: scoreChoice };
};

function scoreChoice(state: TaskState, target: string[]): Score {
  if (state.choices.length === 0) {
    throw new SemanticsError('no-choices', 'choice needs a sample with choices');
  }
  const wanted = targetPositions(target).sort((a, b) => a - b);
  const beyond = wanted.find((position) => position >= state.choices.length);
  if (beyond !== undefined) {
    const label = answerLabel(beyond);
    throw new SemanticsError('bad-target', `the target names option ${label} of ${state.choices.length}`);
  }
  const chosen = state.choices.flatMap((option, index) => (option.correct === true ? [index] : []));
  const answer = chosen.map(answerLabel).join(', ');
  const explanation = state.output.completion;
  const matches = chosen.length === wanted.length && chosen.every((position, i) => position === wanted[i]);
  if (matches) return { value: correct, answer, explanation };
  if (chosen.length > 0) return { value: incorrect, answer, explanation };
  return isBlank(state.output.completion)
    ? { value: noAnswer, answer: '', explanation, reason: 'no_response' }
    : { value: incorrect, answer: '', explanation, reason: 'invalid_response_format' };
}
