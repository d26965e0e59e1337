import { strip } from './whitespace.ts';

const digits = '\\d(?:_?\\d)*';
const decimalForm = new RegExp(`^[-+]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][-+]?${digits})?$`);
const wordForm = /^([-+]?)(?:inf(?:inity)?|(nan))$/i;
const otherDigits = /[^\x00-\x7f]/;
const anyDigit = /^\p{Nd}$/u;

/**
 * `float(text)`: decimal notation with underscores between digits, the digits of any script, surrounding whitespace,
 * and the words for infinity and NaN. Undefined where Python raises ValueError.
 */
export function parseFloatText(text: string): number | undefined {
  const stripped = strip(text);
  const plain = otherDigits.test(stripped) ? asciiDigits(stripped) : stripped;
  if (decimalForm.test(plain)) return Number(plain.includes('_') ? plain.replaceAll('_', '') : plain);
  const word = wordForm.exec(plain);
  if (!word) return undefined;
  if (word[2]) return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

export function isFiniteNumber(text: string): boolean {
  const value = parseFloatText(text);
  return value !== undefined && Number.isFinite(value);
}

function asciiDigits(text: string): string {
  return Array.from(text, (char) => decimalDigit(char)?.toString() ?? char).join('');
}

/** Value of a decimal digit of any script. Unicode lays them out in runs of ten, zero first. */
export function decimalDigit(char: string): number | undefined {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return code >= 0x30 && code <= 0x39 ? code - 0x30 : undefined;
  if (!anyDigit.test(char)) return undefined;
  // The mathematical digits are five runs without a gap between them.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return (code - 0x1d7ce) % 10;
  let zero = code;
  while (code - zero < 9 && anyDigit.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}
