import { oneOf, required, takeArguments } from '../arguments.ts';
import { accuracyAndStderr } from '../metric.ts';
import { isBlank, whitespaceClass } from '../python/whitespace.ts';
import { type PatternGroups, patternScore } from './pattern-score.ts';
import type { ScorerFactory } from './scorer.ts';

const forms = ['letter', 'word', 'line'] as const;

const gap = `[${whitespaceClass}]*`;
const marker = `ANSWER${gap}:${gap}`;
const lastMarker = `(?!.*ANSWER${gap}:)`;
const word = '\\p{L}\\p{N}_';

const letterReader = new RegExp(`${marker}([A-Za-zıİ])(?:[^${word}]|$)${lastMarker}`, 'isu');
const wordReader = new RegExp(
  `${marker}([^${whitespaceClass}]+?)(?=[.,;:!?]?${gap}(?:\\n|$))${lastMarker}`,
  'isu',
);
const anyMarker = new RegExp(marker, 'giu');

/** What follows the last `ANSWER:`: one letter, a word that ends its line, or the rest of the last line. */
const readers: Record<(typeof forms)[number], (text: string) => string | undefined> = {
  letter: (text) => letterReader.exec(text)?.[1],
  word: (text) => wordReader.exec(text)?.[1],
  line: readLine,
};

/**
 * The line behind the first marker that stands on the last line with words. Written out: as a regular expression
 * it would try a long row of blanks in every division.
 */
function readLine(text: string): string | undefined {
  const wordsEnd = trimBlankEnd(text);
  for (const match of text.matchAll(anyMarker)) {
    const start = match.index + match[0].length;
    const lineEnd = text.indexOf('\n', start);
    if (start >= wordsEnd) return lastBlank(text.slice(match.index + trimBlankEnd(match[0])));
    if (lineEnd < 0 || lineEnd >= wordsEnd) return text.slice(start, lineEnd < 0 ? text.length : lineEnd);
  }
  return undefined;
}

/** Behind a marker without words, the last blank that breaks no line counts as the answer. */
function lastBlank(blanks: string): string | undefined {
  return Array.from(blanks).findLast((char) => char !== '\n');
}

function trimBlankEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1]!)) end -= 1;
  return end;
}

/** Reads the answer behind an `ANSWER:` marker and compares it with the targets, case aside. */
export const answer: ScorerFactory = (args) => {
  const name = 'answer';
  const given = takeArguments(name, args, { pattern: 'string' });
  const form = oneOf(name, 'pattern', required(name, 'pattern', given.pattern), forms);
  const reader = readers[form];
  const search = (text: string): PatternGroups | null => {
    const found = reader(text);
    return found === undefined ? null : [found];
  };
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
