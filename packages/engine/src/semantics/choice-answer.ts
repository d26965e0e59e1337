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
const wrapped = `${gap}([${labelClass}](?:[${labelClass} ,]*[${labelClass},])?)${gap}`;

const dollarWrapped = new RegExp(`\\$${wrapped}\\$`, 'gu');
const boldWrapped = new RegExp(`\\*\\*${wrapped}\\*\\*`, 'gu');
const parenthesised = new RegExp(`(^|[:,])(${gap})\\(([${anyCaseClass}])\\)(?=${gap}(?:[,.\\n]|$))`, 'giu');

/** The marker, the blanks behind it, and the run of labels, commas and spaces that follows. */
const marker = new RegExp(`ANSWER${gap}:(${gap})([${anyCaseClass} ,]*)`, 'giu');
const closesLine = new RegExp(`${gap}?(?:\\n|\\.|$)`, 'uy');
const wordChar = /^[\p{L}\p{N}_]/u;

/**
 * Positions of the options a completion's `ANSWER:` names; empty when there is none to read, when it names an
 * option the sample does not have, or several where one was asked for.
 */
export function parseChoices(completion: string, optionCount: number, several: boolean): Set<number> {
  const text = unwrapped(completion);
  const found = lastAnswer(text, answerOnLine) ?? lastAnswer(text, answerInside);
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

/** A marker with what stands behind it. */
interface Marker {
  text: string;
  start: number;
  blanks: string;
  run: string;
  /** Behind the run. */
  end: number;
}

/** What an ANSWER says: the run or a part of it, blank when only blanks count; undefined when it is none. */
type Reader = (found: Marker) => string | undefined;

/**
 * The last answer that a reader accepts. Written out rather than as one regular expression: there, blanks could
 * belong to three parts, and a long row of them would be tried in every division.
 */
function lastAnswer(text: string, read: Reader): string | undefined {
  let last: string | undefined;
  marker.lastIndex = 0;
  for (let match = marker.exec(text); match; match = marker.exec(text)) {
    const [whole, blanks = '', run = ''] = match;
    const start = match.index;
    const answer = read({ text, start, blanks, run, end: start + whole.length });
    if (answer === undefined) marker.lastIndex = start + 1;
    else {
      last = answer;
      marker.lastIndex = start + whole.length - run.length + answer.length;
    }
  }
  return last;
}

/** A line that begins with the marker, and has nothing but a full stop behind the labels. */
function answerOnLine({ text, start, blanks, run, end }: Marker): string | undefined {
  if (start > 0 && text[start - 1] !== '\n') return undefined;
  closesLine.lastIndex = end;
  if (run !== '' && closesLine.test(text)) return run;
  // Else a space before a line end may be the answer: a blank one.
  const space = blanks.indexOf(' ');
  const isEnd = run === '' && (end === text.length || text[end] === '.');
  return space >= 0 && (isEnd || blanks.indexOf('\n', space) >= 0) ? '' : undefined;
}

/** The same inside a text: the labels must end where a word could. */
function answerInside({ text, blanks, run, end }: Marker): string | undefined {
  if (run !== '' && !wordChar.test(text.slice(end, end + 2))) return run;
  const cut = Math.max(run.lastIndexOf(' '), run.lastIndexOf(','));
  if (cut > 0) return run.slice(0, cut);
  const behind = blanks + (run === '' ? text.slice(end, end + 2) : run);
  const isBlankAnswer = Array.from(blanks).some(
    (char, at) => char === ' ' && !wordChar.test(behind.slice(at + 1)),
  );
  return isBlankAnswer ? '' : undefined;
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
