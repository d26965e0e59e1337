import { HubError } from '../errors.ts';

/** A part of a file in bytes, both ends inclusive. */
export interface Part {
  start: number;
  end: number;
}

/**
 * The one part a Range header asks for; null for the whole file: no header, several parts, or one that cannot be read.
 * @throws HubError `range-not-satisfiable` when it begins behind the last byte
 */
export function parseByteRange(header: string | null, total: number): Part | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (first === '' && last === '') return null;
  const part =
    first === ''
      ? { start: Math.max(0, total - Number(last)), end: total - 1 }
      : { start: Number(first), end: Math.min(last === '' ? total - 1 : Number(last), total - 1) };
  if (last !== '' && first !== '' && Number(last) < Number(first)) return null;
  if (part.start >= total) {
    throw new HubError('range-not-satisfiable', `the range begins behind the last of ${total} bytes`, {
      totalBytes: total,
    });
  }
  return part;
}
