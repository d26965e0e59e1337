import { codeOfName } from './character-name.ts';
import type { PatternReader } from './pattern-reader.ts';

/** What stands behind a backslash. */
export type Escape =
  | { type: 'code'; code: number }
  | { type: 'category'; letter: string }
  | { type: 'assert'; letter: string }
  | { type: 'reference'; index: number };

const controls: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const hexLengths: Record<string, number> = { x: 2, u: 4, U: 8 };

/** Reads an escape after its backslash. Inside a class `\b` is the backspace and digits are octal. */
export function parseEscape(reader: PatternReader, inClass: boolean): Escape {
  const char = reader.next('an escaped character');
  if (/[dDsSwW]/.test(char)) return { type: 'category', letter: char };
  if (!inClass && /[AbBZ]/.test(char)) return { type: 'assert', letter: char };
  if (Object.hasOwn(controls, char)) return { type: 'code', code: controls[char]! };
  if (Object.hasOwn(hexLengths, char)) return { type: 'code', code: hexCode(reader, hexLengths[char]!) };
  if (char === 'N') return { type: 'code', code: namedCode(reader) };
  if (/[0-9]/.test(char)) return numericEscape(reader, char, inClass);
  if (/[a-zA-Z]/.test(char)) throw reader.error(`there is no escape \\${char}`);
  return { type: 'code', code: char.codePointAt(0)! };
}

function hexCode(reader: PatternReader, length: number): number {
  const digits = reader.takeWhile(/[0-9a-fA-F]/, length);
  const code = Number.parseInt(digits, 16);
  if (digits.length < length || code > 0x10ffff)
    throw reader.error('an incomplete or too large hexadecimal escape');
  return code;
}

function namedCode(reader: PatternReader): number {
  if (!reader.take('{')) throw reader.error('"{" must follow \\N');
  const name = reader.takeUntil('}', 'a character name');
  const code = codeOfName(name);
  if (code === undefined) throw reader.error(`there is no character named "${name.slice(0, 60)}"`);
  return code;
}

/** `\0`, three octal digits, or (outside classes) the number of a group. */
function numericEscape(reader: PatternReader, first: string, inClass: boolean): Escape {
  if (inClass || first === '0') {
    if (/[89]/.test(first)) throw reader.error(`there is no escape \\${first}`);
    return octal(reader, first + reader.takeWhile(/[0-7]/, 2));
  }
  const second = /[0-9]/.test(reader.peek()) ? reader.next() : '';
  const isOctal = /[0-3]/.test(first) && /[0-7]/.test(second) && /[0-7]/.test(reader.peek());
  if (isOctal) return octal(reader, first + second + reader.next());
  return { type: 'reference', index: Number(first + second) };
}

function octal(reader: PatternReader, digits: string): Escape {
  const code = Number.parseInt(digits, 8);
  if (code > 0o377) throw reader.error('an octal escape above 0o377');
  return { type: 'code', code };
}
