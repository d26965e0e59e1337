import { SemanticsError } from '../error.ts';
import { floatRepr, formatExponent, formatFixed, formatGeneral } from './number-text.ts';
import { PythonFloat, pythonStr } from './values.ts';

interface Spec {
  fill: string;
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  grouping: string;
  precision: number | undefined;
  type: string;
}

const specForm =
  /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/su;

/** `format(value, spec)` for text and numbers. Throws `bad-template` when the spec does not fit the value. */
export function formatValue(value: unknown, spec: string): string {
  if (spec === '') return pythonStr(value);
  if (typeof value === 'string') return formatText(value, parseSpec(spec));
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return formatNumber(value, parseSpec(spec));
  }
  if (value instanceof PythonFloat) return formatFloat(value.value, parseSpec(spec));
  throw misfit(spec);
}

function parseSpec(text: string): Spec {
  const groups = specForm.exec(text)?.groups;
  if (!groups) throw misfit(text);
  return {
    fill: groups.fill ?? (groups.zero ? '0' : ' '),
    align: groups.align ?? (groups.zero ? '=' : ''),
    sign: groups.sign ?? '',
    alternate: groups.alternate !== undefined,
    width: Number(groups.width ?? 0),
    grouping: groups.grouping ?? '',
    precision: groups.precision === undefined ? undefined : Number(groups.precision),
    type: groups.type ?? '',
  };
}

function misfit(spec: string): SemanticsError {
  return new SemanticsError('bad-template', `the format "${spec}" does not fit the value`);
}

function formatText(text: string, spec: Spec): string {
  if (
    (spec.type !== '' && spec.type !== 's') ||
    spec.sign ||
    spec.alternate ||
    spec.grouping ||
    spec.align === '='
  ) {
    throw misfit(spec.type);
  }
  const kept = spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('');
  return pad('', kept, spec, '<');
}

function formatNumber(value: number | bigint | boolean, spec: Spec): string {
  const integral = typeof value !== 'number' || Number.isInteger(value);
  if (integral && !/[eEfFgG%]/.test(spec.type)) return formatInteger(BigInt(value), spec);
  return formatFloat(Number(value), spec);
}

const bases: Record<string, [radix: number, prefix: string]> = {
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function formatInteger(value: bigint, spec: Spec): string {
  if (spec.precision !== undefined) throw misfit(spec.type);
  if (spec.type === 'c') return pad('', String.fromCodePoint(Number(value)), spec, '<');
  if (!/^[dn]?$/.test(spec.type) && !bases[spec.type]) throw misfit(spec.type);
  const [radix, prefix] = bases[spec.type] ?? [10, ''];
  const magnitude = (value < 0n ? -value : value).toString(radix);
  const digits = spec.type === 'X' ? magnitude.toUpperCase() : magnitude;
  const sign = signOf(value < 0n, spec) + (spec.alternate ? prefix : '');
  return pad(sign, grouped(digits, spec.grouping, radix === 10 ? 3 : 4), spec, '>');
}

function formatFloat(value: number, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  const text = floatDigits(Math.abs(value), spec);
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/s.exec(text) ?? [];
  return pad(signOf(negative, spec), grouped(whole, spec.grouping, 3) + rest, spec, '>');
}

function floatDigits(value: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (spec.type) {
    case '':
      return spec.precision === undefined ? floatRepr(value) : shortGeneral(value, precision);
    case 'f':
    case 'F':
      return formatFixed(value, precision);
    case 'e':
      return formatExponent(value, precision);
    case 'E':
      return formatExponent(value, precision).toUpperCase();
    case 'g':
    case 'n':
      return formatGeneral(value, precision, spec.alternate);
    case 'G':
      return formatGeneral(value, precision, spec.alternate).toUpperCase();
    case '%':
      return `${formatFixed(value * 100, precision)}%`;
    default:
      throw misfit(spec.type);
  }
}

/** Without a type, a precision means general format that keeps at least one digit after the point. */
function shortGeneral(value: number, precision: number): string {
  const text = formatGeneral(value, precision);
  if (/[.en]/.test(text)) return text;
  return text.length < precision
    ? `${text}.0`
    : formatExponent(value, Math.max(precision - 1, 0)).replace(/\.?0+e/, 'e');
}

function signOf(negative: boolean, spec: Spec): string {
  if (negative) return '-';
  return spec.sign === '+' || spec.sign === ' ' ? spec.sign : '';
}

function grouped(digits: string, separator: string, size: number): string {
  return separator ? digits.replace(new RegExp(`\\B(?=(\\w{${size}})+$)`, 'g'), separator) : digits;
}

function pad(sign: string, body: string, spec: Spec, align: string): string {
  const missing = spec.width - Array.from(sign + body).length;
  if (missing <= 0) return sign + body;
  switch (spec.align || align) {
    case '<':
      return sign + body + spec.fill.repeat(missing);
    case '^':
      return (
        spec.fill.repeat(Math.floor(missing / 2)) + sign + body + spec.fill.repeat(Math.ceil(missing / 2))
      );
    case '=':
      return sign + spec.fill.repeat(missing) + body;
    default:
      return spec.fill.repeat(missing) + sign + body;
  }
}
