import { HubError } from '../errors.ts';

/** Where a list goes on, as text for a URL. Opaque to clients; it holds nothing that its page did not show. */
export function toCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor that has members of the same kinds as `shape`; null when there is none.
 * @throws HubError `invalid-input` for anything a list did not give
 */
export function fromCursor<T extends object>(text: string | undefined, shape: T): T | null {
  if (!text) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    value = null;
  }
  const members = Object.entries(shape);
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (members.every(([key, sample]) => typeof given[key] === typeof sample)) return given as T;
  throw new HubError('invalid-input', 'the cursor is not one that this list gave');
}
