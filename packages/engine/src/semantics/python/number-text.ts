/**
 * How Python writes numbers. The digits come from the JavaScript engine, which is exact; what differs is where the
 * exponent form starts and that Python rounds exact halves to even (JavaScript rounds them up).
 */

/** Digits wide enough to tell an exact half from its neighbours: doubles near one differ at the 17th digit. */
const tieDigits = 30;

/** `repr(float)`: the shortest digits that read back equal; exponent form below 1e-4 and from 1e16. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return `${mantissa}e${exponentSuffix(exponent)}`;
  const plain = placePoint(mantissa, exponent);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** `'%.{precision}g'`: at most `precision` significant digits, trailing zeros dropped. */
export function formatGeneral(value: number, precision: number, keepZeros = false): string {
  if (!Number.isFinite(value)) return floatRepr(value);
  const digits = Math.max(precision, 1);
  const [mantissa = '', exponentText = '0'] = formatExponentParts(value, digits - 1);
  const exponent = Number(exponentText);
  const trimmed = keepZeros ? mantissa : dropZeros(mantissa);
  if (exponent < -4 || exponent >= digits) return `${trimmed}e${exponentSuffix(exponent)}`;
  return placePoint(trimmed, exponent);
}

/** `'%.{decimals}f'`. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return floatRepr(value);
  if (Math.abs(value) >= 1e21)
    return BigInt(value).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '');
  const text = Object.is(value, -0) ? `-${(0).toFixed(decimals)}` : value.toFixed(decimals);
  const exact = value.toFixed(Math.min(decimals + tieDigits, 100));
  const tail = exact.slice(exact.indexOf('.') + 1 + decimals);
  return /^50*$/.test(tail) ? toEven(text, value, (10 ** -decimals) as number, decimals) : text;
}

/** `'%.{decimals}e'`. */
export function formatExponent(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return floatRepr(value);
  const [mantissa = '', exponent = '0'] = formatExponentParts(value, decimals);
  return `${mantissa}e${exponentSuffix(Number(exponent))}`;
}

/** `round(value, decimals)`: exact halves go to the even neighbour. */
export function roundHalfEven(value: number, decimals: number): number {
  return Number(formatFixed(value, decimals));
}

/** Mantissa and exponent with `decimals` digits after the point, halves to even. */
function formatExponentParts(value: number, decimals: number): string[] {
  const negativeZero = Object.is(value, -0) ? '-' : '';
  const parts = (negativeZero + value.toExponential(decimals)).split('e');
  if (isSurelyNoHalf(value, decimals)) return parts;
  const exact = value.toExponential(Math.min(decimals + tieDigits, 100)).split('e')[0] ?? '';
  const tail = exact.slice(exact.indexOf('.') + 1 + decimals);
  if (!/^50*$/.test(tail)) return parts;
  // An exact half: keep the digits already there when the last one is even, else take what JavaScript chose.
  const kept = exact.slice(0, exact.length - tail.length).replace(/\.$/, '');
  const last = Number(kept.at(-1));
  return last % 2 === 0 ? [kept, exponentOf(value)] : awayFromZero(kept, exponentOf(value));
}

/**
 * An exact half ends in a 5 one digit behind those kept. Up to 15 digits the shortest text of a number is the exact
 * one if any is, and far cheaper than thirty digits.
 */
function isSurelyNoHalf(value: number, decimals: number): boolean {
  if (decimals > 13) return false;
  const [mantissa = ''] = value.toExponential().split('e');
  const places = mantissa.length - 1 - mantissa.indexOf('.');
  return !mantissa.endsWith('5') || (mantissa.includes('.') ? places : 0) !== decimals + 1;
}

function exponentOf(value: number): string {
  return value.toExponential(tieDigits).split('e')[1] ?? '0';
}

/** Adds one unit in the last place of a decimal text, sign and point kept. */
function incremented(text: string): string {
  const digits = [...text];
  for (let i = digits.length - 1; i >= 0; i -= 1) {
    const digit = digits[i]!;
    if (digit < '0' || digit > '9') continue;
    if (digit !== '9') {
      digits[i] = String(Number(digit) + 1);
      return digits.join('');
    }
    digits[i] = '0';
  }
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}1${digits.join('').slice(sign.length)}`;
}

function awayFromZero(mantissa: string, exponent: string): string[] {
  const raised = incremented(mantissa);
  if (raised.replace('-', '').split('.')[0]!.length === 1) return [raised, exponent];
  // 9.99 became 10.00: move the point and drop the digit that fell off.
  const sign = raised.startsWith('-') ? '-' : '';
  const digits = raised.replace(/[-.]/g, '').slice(0, -1);
  const point = digits.length > 1 ? '.' : '';
  return [`${sign}${digits[0]}${point}${digits.slice(1)}`, String(Number(exponent) + 1)];
}

function toEven(_text: string, value: number, _unit: number, decimals: number): string {
  const exact = value.toFixed(Math.min(decimals + tieDigits, 100));
  const kept = exact.slice(0, exact.indexOf('.') + 1 + decimals).replace(/\.$/, '');
  return Number(kept.at(-1)) % 2 === 0 ? kept : incremented(kept);
}

function exponentSuffix(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function dropZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The mantissa `d.ddd` with its point moved `exponent` places. */
function placePoint(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return sign + whole + (rest ? `.${rest}` : '');
}
