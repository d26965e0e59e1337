import { CodedError } from './errors.ts';

/**
 * The one text of a JSON value that can be hashed and signed: RFC 8785 (keys sorted by UTF-16 code units, numbers as
 * ECMAScript prints them, no white space). Members that are `undefined` are left out, as in `JSON.stringify`.
 *
 * @throws CodedError `not-canonical` for what JSON has no single text for: NaN, infinities, lone surrogates, functions.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new CodedError('not-canonical', `${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new CodedError('not-canonical', `a ${typeof value} has no JSON form`);
  let members = '';
  // Sorting without an order of one's own is by UTF-16 code units.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Deeper than this nothing is nested that is signed; who nests deeper wants the stack to overflow. */
const deepest = 100;

/**
 * Whether a text is the canonical one of the value that was parsed from it; never throws, whatever a stranger wrote. What
 * is canonical already, as nearly all that is checked is, takes a walk and the runtime's own writer.
 */
export function isCanonicalJson(value: unknown, text: string): boolean {
  if (isInOrder(value, deepest)) return JSON.stringify(value) === text;
  return isPlain(value, deepest) && canonicalJson(value) === text;
}

/** True when the runtime would write the members in their canonical order, and all of it `isPlain`. */
function isInOrder(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((member) => isInOrder(member, levels - 1));
  let before: string | undefined;
  for (const key of Object.keys(value)) {
    if ((before !== undefined && before >= key) || !key.isWellFormed()) return false;
    if (!isInOrder((value as Record<string, unknown>)[key], levels - 1)) return false;
    before = key;
  }
  return true;
}

/** True when no text holds half a surrogate pair, no number is beyond all numbers, and nothing is nested deeper. */
function isPlain(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isPlain(member, levels - 1));
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new CodedError('not-canonical', 'a text holds half a surrogate pair');
  return JSON.stringify(text);
}
