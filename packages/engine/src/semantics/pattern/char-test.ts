import { decimalDigit } from '../python/float.ts';
import { isBlank } from '../python/whitespace.ts';
import type { CharTest } from './syntax.ts';

/** An inclusive range of code points. */
export interface CodeRange {
  from: number;
  to: number;
}

const wordChar = /^[\p{L}\p{N}_]$/u;

/** `\w` of Python: letters and numbers of any script, and the underscore. */
export function isWordCode(code: number): boolean {
  return code < 0x80 ? isAsciiWord(code) : wordChar.test(String.fromCodePoint(code));
}

export function isAsciiWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isAsciiDigit(code) || code === 0x5f
  );
}

function isAsciiDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isDigitCode(code: number): boolean {
  return code < 0x80 ? isAsciiDigit(code) : decimalDigit(String.fromCodePoint(code)) !== undefined;
}

function isAsciiSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isSpaceCode(code: number): boolean {
  return isBlank(String.fromCodePoint(code));
}

/** Tests of `\d \s \w` and, upper case, their opposites. */
export function categoryTest(letter: string, ascii: boolean): CharTest {
  const tests: Record<string, CharTest> = {
    d: ascii ? isAsciiDigit : isDigitCode,
    s: ascii ? isAsciiSpace : isSpaceCode,
    w: ascii ? isAsciiWord : isWordCode,
  };
  const test = tests[letter.toLowerCase()]!;
  return letter === letter.toLowerCase() ? test : (code) => !test(code);
}

/** Lower case of one code point, one to one. Only İ lowers to two in JavaScript; Python takes the first. */
export function lowerCode(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  return String.fromCodePoint(code).toLowerCase().codePointAt(0)!;
}

/**
 * Names the class of letters that IGNORECASE takes for one: those with the same lower case, or whose lower cases
 * have the same upper case (s and ſ, i and ı, the sigmas).
 */
function caseClass(code: number): string {
  return String.fromCodePoint(lowerCode(code)).toUpperCase();
}

/** Ranges up to this size are taken apart letter by letter when case does not count. */
const smallRange = 4096;

/** Does the code point lie in a range, or fit a category? With `ignoreCase`, does it or its other case? */
export function setTest(
  ranges: CodeRange[],
  categories: CharTest[],
  ignoreCase: boolean,
  ascii: boolean,
): CharTest {
  const within = (code: number) => ranges.some(({ from, to }) => code >= from && code <= to);
  if (!ignoreCase) return (code) => within(code) || categories.some((test) => test(code));
  if (ascii) {
    return (code) =>
      within(code) || within(asciiSwapped(code)) || categories.some((test) => test(asciiLower(code)));
  }
  const classes = new Set<string>();
  const large: CodeRange[] = [];
  for (const range of ranges) {
    if (range.to - range.from >= smallRange) large.push(range);
    else for (let code = range.from; code <= range.to; code += 1) classes.add(caseClass(code));
  }
  return (code) =>
    classes.has(caseClass(code)) ||
    inLargeRange(code, large) ||
    categories.some((test) => test(lowerCode(code)));
}

function inLargeRange(code: number, ranges: CodeRange[]): boolean {
  if (ranges.length === 0) return false;
  const lower = lowerCode(code);
  const upper = String.fromCodePoint(lower).toUpperCase();
  const codes = [code, lower, upper.length > 2 ? code : upper.codePointAt(0)!];
  return ranges.some(({ from, to }) => codes.some((each) => each >= from && each <= to));
}

function asciiLower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function asciiSwapped(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x20;
  return asciiLower(code);
}

/** One code point, with its other cases when case does not count. */
export function literalTest(
  code: number,
  ignoreCase: boolean,
  ascii: boolean,
): { test: CharTest; code?: number } {
  if (!ignoreCase) return { test: (each) => each === code, code };
  if (ascii) {
    const lower = asciiLower(code);
    return { test: (each) => asciiLower(each) === lower };
  }
  const wanted = caseClass(code);
  const isCased = wanted !== String.fromCodePoint(code) || lowerCode(code) !== code;
  if (!isCased) return { test: (each) => each === code, code };
  // The table spares the two case mappings for all but foreign letters.
  const table = Array.from({ length: 128 }, (_, each) => caseClass(each) === wanted);
  return { test: (each) => (each < 128 ? table[each]! : caseClass(each) === wanted) };
}
