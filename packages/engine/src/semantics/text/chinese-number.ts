import { digitValue } from './numeric-value.ts';

/** Chinese and Japanese numerals, plain and financial. */
const digits = valuesOf({
  0: '零〇○',
  1: '一壹幺',
  2: '二贰貳两兩',
  3: '三叁參',
  4: '四肆',
  5: '五伍',
  6: '六陆陸',
  7: '七柒',
  8: '八捌',
  9: '九玖',
});
const zeros = new Set('零〇○');
const tens = valuesOf({ 20: '廿', 30: '卅', 40: '卌' });
/** Multiply the digit before them. */
const smallUnits = valuesOf({ 10: '十拾', 100: '百佰', 1000: '千仟' });
/** Multiply all that was read since the last one. */
const largeUnits = valuesOf({ 10000: '万萬', 100000000: '亿億', 1000000000000: '兆' });
const signs = new Set('负負正');
const decimalMarks = ['点', '點', '．', '.'];

function valuesOf(groups: Record<number, string>): Map<string, number> {
  const map = new Map<string, number>();
  for (const [value, chars] of Object.entries(groups)) {
    for (const char of chars) map.set(char, Number(value));
  }
  return map;
}

const blank = /^\s$/;

/** Value of a single digit, Chinese ones included. */
export function anyDigitValue(char: string): number | undefined {
  return digitValue(char) ?? digits.get(char);
}

export function hasChineseNumeral(text: string): boolean {
  return Array.from(text).some(
    (char) =>
      digits.has(char) ||
      tens.has(char) ||
      smallUnits.has(char) ||
      largeUnits.has(char) ||
      signs.has(char) ||
      char === '点' ||
      char === '點',
  );
}

/** Value of a Chinese numeral without a sign; undefined when some character does not belong. */
export function parseChineseNumber(text: string): number | undefined {
  const mark = decimalMarks.find((each) => text.includes(each));
  const cut = mark === undefined ? text.length : text.indexOf(mark);
  const whole = Array.from(text.slice(0, cut)).filter((char) => !blank.test(char));
  const fraction = Array.from(text.slice(cut + (mark?.length ?? 0))).filter((char) => !blank.test(char));
  const integer = whole.some(isUnit) ? readUnits(whole) : readDigits(whole);
  const part = readFraction(fraction);
  return integer === undefined || part === undefined ? undefined : integer + part;
}

function isUnit(char: string): boolean {
  return smallUnits.has(char) || largeUnits.has(char) || tens.has(char);
}

/** 二〇二五: digit after digit. */
function readDigits(chars: string[]): number | undefined {
  const values = chars.map(anyDigitValue);
  return values.includes(undefined) ? undefined : Number(values.join('') || '0');
}

/** 一万二千三百: each small unit multiplies its digit, each large unit its section. */
function readUnits(chars: string[]): number | undefined {
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const char of chars) {
    if (tens.has(char)) section += tens.get(char)!;
    else if (smallUnits.has(char)) {
      section += (digit || 1) * smallUnits.get(char)!;
      digit = 0;
    } else if (largeUnits.has(char)) {
      total += (section + digit) * largeUnits.get(char)!;
      section = 0;
      digit = 0;
    } else if (!zeros.has(char)) {
      const value = digits.get(char) ?? digitValue(char);
      if (value === undefined) return undefined;
      digit = value;
    }
  }
  return total + section + digit;
}

/** Summed digit by digit, as Inspect does: the last bits of the sum are part of the result. */
function readFraction(chars: string[]): number | undefined {
  let sum = 0;
  let place = 0.1;
  for (const char of chars) {
    const value = anyDigitValue(char);
    if (value === undefined) return undefined;
    sum += value * place;
    place /= 10;
  }
  return sum;
}
