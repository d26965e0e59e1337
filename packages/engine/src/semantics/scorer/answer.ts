import { oneOf, required, takeArguments } from '../arguments.ts';
import { accuracyAndStderr } from '../metric.ts';
import { whitespaceClass } from '../python/whitespace.ts';
import { type PatternGroups, patternScore } from './pattern-score.ts';
import type { ScorerFactory } from './scorer.ts';

const forms = ['letter', 'word', 'line'] as const;

const gap = `[${whitespaceClass}]*`;
const marker = `ANSWER${gap}:${gap}`;
const lastMarker = `(?!.*ANSWER${gap}:)`;
const word = '\\p{L}\\p{N}_';

/** What follows the last `ANSWER:`: one letter, a word that ends its line, or the rest of the last line. */
const readers: Record<(typeof forms)[number], RegExp> = {
  letter: new RegExp(`${marker}([A-Za-zıİ])(?:[^${word}]|$)${lastMarker}`, 'isu'),
  word: new RegExp(`${marker}([^${whitespaceClass}]+?)(?=[.,;:!?]?${gap}(?:\\n|$))${lastMarker}`, 'isu'),
  line: new RegExp(`${marker}([^\\n]+)${gap}$`, 'isu'),
};

/** Reads the answer behind an `ANSWER:` marker and compares it with the targets, case aside. */
export const answer: ScorerFactory = (args) => {
  const name = 'answer';
  const given = takeArguments(name, args, { pattern: 'string' });
  const form = oneOf(name, 'pattern', required(name, 'pattern', given.pattern), forms);
  const reader = readers[form];
  const search = (text: string): PatternGroups | null => reader.exec(text)?.slice(1) ?? null;
  return {
    name,
    metrics: accuracyAndStderr(),
    score: (state, target) =>
      patternScore(search(state.output.completion), state.output.completion, target, {
        ignoreCase: true,
        matchAll: false,
      }),
  };
};
