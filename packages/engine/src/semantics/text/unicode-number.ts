import { parseFloatText } from '../python/float.ts';
import { isBlank, strip } from '../python/whitespace.ts';
import { anyDigitValue, hasChineseNumeral, parseChineseNumber } from './chinese-number.ts';
import { numericValue } from './numeric-value.ts';

const minusSigns = new Set('-−﹣－负負');
const plusSigns = new Set('+＋﹢正');
const asciiOrWidePlus = new Set('+＋﹢');
const asciiOrWideMinus = new Set('-−﹣－');
const otherDecimalMarks = new Set('٫．');
const groupMarks = new Set([..."，﹐、٬'’ʼ＇, \u00a0\u202f\u2009\u2007\u2008"]);
const superscriptTail = /^(.*?)([⁻⁺]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/su;

/**
 * The number a text of any script writes: `−5`, `2½`, `3²`, `二十五`, `１２`, `1.234,56`, `Ⅻ`. A leading sign
 * belongs to the base, so `-2²` is 4. Undefined when the text is no number as a whole.
 */
export function parseUnicodeNumber(text: string): number | undefined {
  const { rest, negative } = takeSigns(strip(text));
  const sign = negative ? -1 : 1;
  const single = singleCharacter(rest);
  if (single !== undefined) return sign * single;
  const { base, exponent } = splitExponent(rest);
  const value = parseBase(base);
  if (value === undefined) return undefined;
  if (exponent === undefined) return sign * value;
  // Zero to a negative power is an error in Python.
  return value === 0 && exponent < 0 ? undefined : (sign * value) ** exponent;
}

/** Every minus toggles. */
function takeSigns(text: string): { rest: string; negative: boolean } {
  let rest = text;
  let negative = false;
  for (;;) {
    const char = rest.charAt(0);
    if (!minusSigns.has(char) && !plusSigns.has(char)) return { rest, negative };
    if (minusSigns.has(char)) negative = !negative;
    rest = rest.slice(1).replace(/^\s+/, '');
  }
}

function singleCharacter(text: string): number | undefined {
  const point = text.codePointAt(0);
  if (point === undefined || String.fromCodePoint(point).length !== text.length) return undefined;
  return numericValue(text);
}

/** A superscript tail, unless nothing would be left before it. */
function splitExponent(text: string): { base: string; exponent?: number } {
  let end = text.length;
  while (end > 0 && isGap(text.charAt(end - 1))) end -= 1;
  const tail = superscriptTail.exec(text.slice(0, end));
  const base = strip(tail?.[1] ?? '');
  if (!tail || base === '') return { base: strip(text) };
  const digits = Array.from(tail[3]!, (char) => numericValue(char)).join('');
  return { base, exponent: Number(digits) * (tail[2] === '⁻' ? -1 : 1) };
}

function isGap(char: string): boolean {
  return groupMarks.has(char) || isBlank(char);
}

/** A number without sign, with at most one vulgar fraction, at its end. */
function parseBase(text: string): number | undefined {
  const chars = Array.from(text);
  const fractions = chars.flatMap((char, index) => {
    const value = numericValue(char);
    return value !== undefined && value > 0 && value < 1 ? [{ index, value }] : [];
  });
  const [fraction] = fractions;
  if (!fraction) return parseCore(strip(text));
  const tail = chars.slice(fraction.index + 1);
  if (fractions.length > 1 || !tail.every(isGap)) return undefined;
  const head = strip(chars.slice(0, fraction.index).join(''));
  const whole = head === '' ? 0 : parseCore(head);
  return whole === undefined ? undefined : whole + fraction.value;
}

function parseCore(text: string): number | undefined {
  if (text === '') return undefined;
  const chinese = hasChineseNumeral(text) ? parseChineseNumber(text) : undefined;
  return chinese ?? parseGrouped(text) ?? singleCharacter(text);
}

/** Digits of any script with decimal and group marks of any habit, and an ASCII exponent. */
function parseGrouped(text: string): number | undefined {
  const decimalMark = chooseDecimalMark(text);
  const chars = Array.from(text);
  let plain = '';
  let decimals = 0;
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i]!;
    if (/^[eE]$/.test(char) && !/[eE]/.test(plain)) {
      if (plain === '') return undefined;
      const sign = chars[i + 1] ?? '';
      const signed = asciiOrWidePlus.has(sign) || asciiOrWideMinus.has(sign);
      plain += char + (signed ? (asciiOrWidePlus.has(sign) ? '+' : '-') : '');
      if (signed) i += 1;
    } else if (otherDecimalMarks.has(char) || char === decimalMark) {
      plain += '.';
      decimals += 1;
    } else if (!isGroupMark(char, decimalMark)) {
      const digit = anyDigitValue(char);
      if (digit === undefined) return undefined;
      plain += digit;
    }
  }
  return decimals > 1 || !/\d/.test(plain) ? undefined : parseFloatText(plain);
}

function isGroupMark(char: string, decimalMark: string | undefined): boolean {
  return isGap(char) || (decimalMark !== undefined && (char === ',' || char === '.'));
}

/** Of full stop and comma the later one; a comma alone only when one to three digits follow it. */
function chooseDecimalMark(text: string): string | undefined {
  const dot = text.lastIndexOf('.');
  const comma = text.lastIndexOf(',');
  if (dot >= 0) return dot > comma ? '.' : ',';
  if (comma < 0) return undefined;
  const digits = Array.from(text.slice(comma + 1)).filter((char) => anyDigitValue(char) !== undefined).length;
  return digits >= 1 && digits <= 3 ? ',' : undefined;
}
