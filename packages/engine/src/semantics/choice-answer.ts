import { SemanticsError } from './error.ts';
import { decimalDigit } from './python/float.ts';
import { splitWhitespace, strip, whitespaceClass } from './python/whitespace.ts';

/** Label of an option by position: A…Z, then 1, 2, … */
export function answerLabel(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index - 25);
}

/** Position of the option a label names. Throws `bad-target` for what is neither letter nor counting number. */
export function answerIndex(label: string): number {
  if (/^\p{L}+$/u.test(label)) return label.toUpperCase().codePointAt(0)! - 65;
  const number = Number(Array.from(label, (char) => decimalDigit(char) ?? 'x').join(''));
  if (!Number.isInteger(number) || number < 1 || label === '') {
    throw new SemanticsError('bad-target', `"${label}" is not the label of an option`);
  }
  return 25 + number;
}

/** Positions a choice sample's targets name: letters one by one, numbers as a whole. */
export function targetPositions(target: string[]): number[] {
  const labels = target.flatMap((value) =>
    splitWhitespace(value.replaceAll(',', ' ')).flatMap((token) =>
      /^\p{N}+$/u.test(token) ? [token] : Array.from(token),
    ),
  );
  return labels.map(answerIndex);
}

const gap = `[${whitespaceClass}]*`;
/** A label, or what could be one; case aside, Python counts the Turkish i's among the letters. */
const labelClass = 'A-Za-z\\p{Nd}';
const anyCaseClass = `${labelClass}ıİ`;
const wrapped = `${gap}([${labelClass}][${labelClass} ,]*?)${gap}`;

const dollarWrapped = new RegExp(`\\$${wrapped}\\$`, 'gu');
const boldWrapped = new RegExp(`\\*\\*${wrapped}\\*\\*`, 'gu');
const parenthesised = new RegExp(`(^|[:,])(${gap})\\(([${anyCaseClass}])\\)(?=${gap}(?:[,.\\n]|$))`, 'giu');
const marker = `ANSWER${gap}:${gap}([${anyCaseClass} ,]+)`;
/** A whole line that says ANSWER; the last one counts. */
const answerLine = new RegExp(`(?<![^\\n])${marker}${gap}(?:(?![^\\n])|\\n|\\.)`, 'giu');
/** The same anywhere in the text, when no line is one. */
const answerAnywhere = new RegExp(`${marker}(?:[^\\p{L}\\p{N}_]|$)`, 'giu');

/**
 * Positions of the options a completion's `ANSWER:` names; empty when there is none to read, when it names an
 * option the sample does not have, or several where one was asked for.
 */
export function parseChoices(completion: string, optionCount: number, several: boolean): Set<number> {
  const text = unwrapped(completion);
  const found = lastMatch(answerLine, text) ?? lastMatch(answerAnywhere, text);
  if (found === undefined) return new Set();
  const answer = strip(found).toUpperCase();
  return several ? severalOptions(answer, optionCount) : oneOption(answer, optionCount);
}

/** Models like to set the letter off: `$B$`, `**B**`, `(B)`. */
function unwrapped(text: string): string {
  let out = text;
  if (out.includes('$')) out = out.replace(dollarWrapped, '$1');
  if (out.includes('**')) out = out.replace(boldWrapped, '$1');
  if (out.includes('(')) out = out.replace(parenthesised, '$1$2$3');
  return out;
}

function lastMatch(pattern: RegExp, text: string): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(pattern)) last = match[1];
  return last;
}

function oneOption(answer: string, optionCount: number): Set<number> {
  const tokens = answer.split(',').filter((token) => token !== '');
  const position = tokens.length === 1 ? optionPosition(tokens[0]!, optionCount) : undefined;
  return new Set(position === undefined ? [] : [position]);
}

/** Labels may stand apart by commas, spaces or the word "and", or be written together. */
function severalOptions(answer: string, optionCount: number): Set<number> {
  const joined = answer.replaceAll(' AND ', ',').replaceAll(' ', '');
  const byComma = joined.split(',').filter((token) => token !== '');
  return allPositions(byComma, optionCount) ?? allPositions(Array.from(joined), optionCount) ?? new Set();
}

function allPositions(labels: string[], optionCount: number): Set<number> | undefined {
  const positions = labels.map((label) => optionPosition(label, optionCount));
  return positions.includes(undefined) ? undefined : new Set(positions as number[]);
}

function optionPosition(label: string, optionCount: number): number | undefined {
  const code = label.charCodeAt(0);
  const isLetter = label.length === 1 && code >= 65 && code <= 90;
  const isNumber = /^[1-9]\d*$/.test(label);
  const position = isLetter ? code - 65 : isNumber ? 25 + Number(label) : undefined;
  return position !== undefined && position < optionCount ? position : undefined;
}
