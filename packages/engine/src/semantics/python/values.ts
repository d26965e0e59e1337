import { floatRepr } from './number-text.ts';

/**
 * A float whose value is whole. JavaScript has one number type; Python prints the float 1.0 and the integer 1
 * differently, so readers of JSON and Parquet keep the difference with this.
 */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  valueOf(): number {
    return this.value;
  }
  toString(): string {
    return floatRepr(this.value);
  }
  /** Written back with its point, so that a log keeps `1.0`. */
  toJSON(): unknown {
    const raw = (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON;
    return raw && Number.isFinite(this.value) ? raw(floatRepr(this.value)) : this.value;
  }
}

/** `str(value)` of what JSON, CSV or Parquet gave. */
export function pythonStr(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return dateText(value);
  return pythonRepr(value);
}

/** `repr(value)`. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return numberRepr(value);
    case 'bigint':
      return value.toString();
    default:
      return objectRepr(value as object);
  }
}

function numberRepr(value: number): string {
  if (!Number.isInteger(value) || Object.is(value, -0)) return floatRepr(value);
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

function objectRepr(value: object): string {
  if (value instanceof PythonFloat) return floatRepr(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (value instanceof Uint8Array) return bytesRepr(value);
  if (value instanceof Date) return `datetime.datetime(${dateParts(value).join(', ')})`;
  const entries = Object.entries(value).map(([key, item]) => `${stringRepr(key)}: ${pythonRepr(item)}`);
  return `{${entries.join(', ')}}`;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Characters Python does not print as they are: controls, formats, surrogates, private, unassigned, separators. */
const unprintable = /[\p{C}\p{Z}]/u;

export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) {
    if (char === quote) out += `\\${char}`;
    else if (escapes[char]) out += escapes[char];
    else if (char !== ' ' && unprintable.test(char)) out += escapeCode(char.codePointAt(0)!);
    else out += char;
  }
  return quote + out + quote;
}

function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function bytesRepr(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[^\x20-\x7e]|\\|['"]/g, (char) => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    return escapes[char] ?? escapeCode(char.charCodeAt(0));
  });
  return `b${quote}${body}${quote}`;
}

/** A date column, read as UTC without a zone, as Arrow's timestamps arrive. */
function dateParts(date: Date): number[] {
  const parts = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ];
  const micros = date.getUTCMilliseconds() * 1000;
  if (micros) return [...parts, date.getUTCSeconds(), micros];
  return date.getUTCSeconds() ? [...parts, date.getUTCSeconds()] : parts;
}

function dateText(date: Date): string {
  const [day = '', time = ''] = date.toISOString().slice(0, -1).split('T');
  const [seconds = '', millis = '000'] = time.split('.');
  return `${day} ${seconds}${millis === '000' ? '' : `.${millis}000`}`;
}
