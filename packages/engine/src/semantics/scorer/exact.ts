import { takeArguments } from '../arguments.ts';
import { meanAndStderr } from '../metric.ts';
import { correct, incorrect } from '../scores.ts';
import { normalizeAnswer } from '../text/normalize-answer.ts';
import type { ScorerFactory } from './scorer.ts';
import { reasonFor } from './text-scorer.ts';

/** Is the normalised completion equal to a normalised target? A target of which nothing is left never matches. */
export const exact: ScorerFactory = (args) => {
  const name = 'exact';
  takeArguments(name, args, {});
  return {
    name,
    metrics: meanAndStderr(),
    score: (state, target) => {
      const { completion } = state.output;
      const found = normalizeAnswer(completion);
      const matched = target
        .map((value) => normalizeAnswer(value))
        .some((text) => text !== '' && text === found);
      return { value: matched ? correct : incorrect, answer: completion, ...reasonFor(completion) };
    },
  };
};
