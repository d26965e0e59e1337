import { CodedError } from './errors.ts';

/**
 * The one text of a JSON value that can be hashed and signed: RFC 8785 (keys sorted by UTF-16 code units, numbers as
 * ECMAScript prints them, no white space). Members that are `undefined` are left out, as in `JSON.stringify`.
 *
 * @throws CodedError `not-canonical` for what JSON has no single text for: NaN, infinities, lone surrogates, functions.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new CodedError('not-canonical', `${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new CodedError('not-canonical', `a ${typeof value} has no JSON form`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new CodedError('not-canonical', 'a text holds half a surrogate pair');
  return JSON.stringify(text);
}
