const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/**
 * The texts of the elements of a JSON array, one at a time: a list of 100,000 summaries is never parsed whole.
 * Bytes are UTF-8, in which all structure is ASCII.
 */
export function* splitJsonArray(bytes: Buffer): Iterable<string> {
  let depth = 0;
  let start = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      if (depth === 1 && start < 0) start = at;
      at = endOfString(bytes, at);
    } else if (OPEN.has(byte)) {
      if (depth === 1 && start < 0) start = at;
      depth++;
    } else if (CLOSE.has(byte) || (byte === COMMA && depth === 1)) {
      if (byte !== COMMA) depth--;
      const ends = byte === COMMA || depth === 0;
      if (ends && start >= 0) {
        yield bytes.toString('utf8', start, at);
        start = -1;
      }
    } else if (depth === 1 && start < 0 && byte > 0x20) {
      start = at;
    }
  }
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
