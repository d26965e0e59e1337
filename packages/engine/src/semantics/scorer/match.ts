import { oneOf, takeArguments } from '../arguments.ts';
import { accuracyAndStderr } from '../metric.ts';
import { caseFold } from '../python/case-fold.ts';
import { stripNumericPunctuation, stripPunctuation } from '../python/punctuation.ts';
import { findLastPiece, splitAtRuns, strip } from '../python/whitespace.ts';
import { normalizeNumber, parseNumber } from '../text/number-in-text.ts';
import type { ScorerFactory } from './scorer.ts';
import { type TextMatch, textScorer } from './text-scorer.ts';

const locations = ['begin', 'end', 'any', 'exact'] as const;
type Location = (typeof locations)[number];

/** Does the completion begin with, end with, contain or equal the target, as text or as a number? */
export const match: ScorerFactory = (args) => {
  const name = 'match';
  const given = takeArguments(name, args, { location: 'string', ignore_case: 'boolean', numeric: 'boolean' });
  const location = oneOf(name, 'location', given.location ?? 'end', locations);
  const fold = (given.ignore_case ?? true) ? caseFold : (text: string) => text;
  const numeric = given.numeric ?? false;
  return textScorer(name, accuracyAndStderr(), (completion, target) => {
    const answer = strip(completion);
    const expected = fold(strip(target));
    if (!numeric) return matchText(answer, fold(answer), expected, location);
    const number = stripNumericPunctuation(expected);
    if (parseNumber(number) === undefined) return matchText(answer, fold(answer), number, location);
    return matchNumber(answer, fold(answer), normalizeNumber(number), location);
  });
};

function matchText(answer: string, text: string, target: string, location: Location): TextMatch {
  const found = stripPunctuation(text);
  const wanted = stripPunctuation(target);
  switch (location) {
    case 'begin':
      return { answer, matched: found.startsWith(wanted) };
    case 'end':
      return { answer, matched: found.endsWith(wanted) };
    case 'exact':
      return { answer, matched: found === wanted };
    default:
      return { answer, matched: found.includes(wanted) };
  }
}

/** Numbers are equal when they print alike at five significant digits. */
function matchNumber(whole: string, text: string, target: string, location: Location): TextMatch {
  const cleaned = stripNumericPunctuation(text);
  if (location === 'exact') {
    const answer = normalizeNumber(cleaned, { trim: false });
    return { answer, matched: answer === target };
  }
  const isNumber = (word: string) => parseNumber(word) !== undefined;
  if (location === 'any') {
    const matched = splitAtRuns(cleaned).some((word) => isNumber(word) && normalizeNumber(word) === target);
    return { answer: matched ? target : whole, matched };
  }
  const word = location === 'begin' ? splitAtRuns(cleaned).find(isNumber) : findLastPiece(cleaned, isNumber);
  const answer = word === undefined ? '' : normalizeNumber(word);
  return { answer, matched: answer === target };
}
