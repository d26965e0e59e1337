import { parseFloatText } from '../python/float.ts';
import { formatGeneral } from '../python/number-text.ts';
import { trimWhere } from '../python/whitespace.ts';
import { parseUnicodeNumber } from './unicode-number.ts';

/** Sentence and bracket marks only: `<42` or `~42` is a bound or a guess, not the number. */
const enclosing = new Set('!?:;()[]{}\'"`');

interface Options {
  /** Take brackets, quotes and sentence marks off the ends first; the default. */
  trim?: boolean;
}

/** The finite number a word writes, as a whole: Python's notation first, then that of other scripts. */
export function parseNumber(word: string, { trim = true }: Options = {}): number | undefined {
  const text = trim ? trimWhere(word, (char) => enclosing.has(char)) : word;
  for (const parse of [parseFloatText, parseUnicodeNumber]) {
    const value = parse(text);
    if (value !== undefined && Number.isFinite(value)) return value;
  }
  return undefined;
}

/** The number at five significant digits, by which numbers are compared; the text itself when it is none. */
export function normalizeNumber(word: string, options: Options = {}): string {
  const value = parseNumber(word, options);
  return value === undefined ? word : formatGeneral(value, 5);
}
