import { decimalDigit } from '../python/float.ts';
import { numericRuns } from './numeric-values.gen.ts';

interface Numeric {
  value: number;
  /** Stands for a single digit: superscript, circled, … */
  isDigit: boolean;
}

let table: Map<number, Numeric> | undefined;

/** Read on first use: most tasks never meet such a character. */
function readRuns(): Map<number, Numeric> {
  const map = new Map<number, Numeric>();
  for (const line of numericRuns.trim().split('\n')) {
    const [start = '', length = '', first = '', step = '', kind] = line.split(' ');
    const code = Number.parseInt(start, 16);
    const [num, den] = ratio(first);
    const [stepNum, stepDen] = ratio(step);
    for (let i = 0; i < Number(length); i += 1) {
      const value = (num * stepDen + i * stepNum * den) / (den * stepDen);
      map.set(code + i, { value, isDigit: kind === 'digit' });
    }
  }
  return map;
}

function ratio(text: string): [number, number] {
  const [num = '0', den = '1'] = text.split('/');
  return [Number(num), Number(den)];
}

function lookUp(char: string): Numeric | undefined {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return undefined;
  table ??= readRuns();
  return table.get(code);
}

/** Numeric value of a character (½ is 0.5, Ⅻ is 12, 千 is 1000), as Unicode defines it. */
export function numericValue(char: string): number | undefined {
  return decimalDigit(char) ?? lookUp(char)?.value;
}

/** Value 0 to 9 of a character that stands for a digit: of any script, superscript, circled, … */
export function digitValue(char: string): number | undefined {
  const decimal = decimalDigit(char);
  if (decimal !== undefined) return decimal;
  const numeric = lookUp(char);
  return numeric?.isDigit ? numeric.value : undefined;
}
