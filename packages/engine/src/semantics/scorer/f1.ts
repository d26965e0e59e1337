import { takeArguments } from '../arguments.ts';
import { meanAndStderr } from '../metric.ts';
import { roundHalfEven } from '../python/number-text.ts';
import { splitWhitespace } from '../python/whitespace.ts';
import { normalizeAnswer } from '../text/normalize-answer.ts';
import type { ScorerFactory } from './scorer.ts';
import { reasonFor } from './text-scorer.ts';

/** Overlap of the words of completion and target, repeated words counted; the best target counts. Two decimals. */
export const f1: ScorerFactory = (args) => {
  const name = 'f1';
  const given = takeArguments(name, args, { stop_words: 'strings' });
  const stopWords = given.stop_words === undefined ? [] : [given.stop_words].flat();
  const wordsOf = (text: string) => splitWhitespace(normalizeAnswer(text, stopWords));
  return {
    name,
    metrics: meanAndStderr(),
    score: (state, target) => {
      const { completion } = state.output;
      const found = wordsOf(completion);
      const values = target.map(wordsOf).map((wanted) => (wanted.length === 0 ? 0 : overlap(found, wanted)));
      return {
        value: roundHalfEven(Math.max(0, ...values), 2),
        answer: completion,
        ...reasonFor(completion),
      };
    },
  };
};

/** Harmonic mean of precision and recall. */
function overlap(found: string[], wanted: string[]): number {
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of found) {
    const count = left.get(word) ?? 0;
    if (count > 0) common += 1;
    left.set(word, count - 1);
  }
  if (common === 0) return 0;
  const precision = common / found.length;
  const recall = common / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}
