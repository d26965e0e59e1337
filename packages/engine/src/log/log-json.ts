/**
 * Log text. Python writes NaN and Infinity as bare words, which JSON does not know: read them and write them so,
 * since a score of null makes a log unreadable for Inspect.
 */

const MARK = '\u0001float:';
const MARKED = /"\\u0001float:(NaN|-?Infinity|-?\d+)"/g;
const BARE = /-?\b(?:NaN|Infinity)\b/g;

/** JSON text with NaN and infinities as bare words. */
export function toLogText(value: unknown): string {
  if (!hasOddNumber(value)) return JSON.stringify(value);
  const text = JSON.stringify(value, (_key, field) => {
    if (typeof field === 'bigint') return `${MARK}${field}`;
    return typeof field === 'number' && !Number.isFinite(field) ? `${MARK}${field}` : field;
  });
  return text.replaceAll(MARKED, '$1');
}

/** Numbers that JSON.stringify drops or refuses. Looking first is cheaper than a replacer for every field. */
function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  if (Array.isArray(value)) return value.some(hasOddNumber);
  for (const key in value) if (hasOddNumber((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** Levels of lists and objects in each other. What is deeper could be read, but never written or shown. */
const MAX_DEPTH = 500;

/**
 * Parses log text. Throws SyntaxError when it is not JSON even with bare NaN and Infinity allowed, or nested too deeply.
 */
export function parseLogText(text: string): unknown {
  const value = parseJson(text);
  if (isDeeper(value, MAX_DEPTH)) throw new SyntaxError(`nested more than ${MAX_DEPTH} levels deep`);
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isDeeper(inner, levels - 1));
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const marked = markBareFloats(text);
    if (marked === null) throw error;
    return JSON.parse(marked, (_key, field) =>
      typeof field === 'string' && field.startsWith(MARK) ? Number(field.slice(MARK.length)) : field,
    );
  }
}

/** Replaces bare words outside strings by marked strings; null when there are none. */
function markBareFloats(text: string): string | null {
  const parts: string[] = [];
  let at = 0;
  let found = false;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const outside = quote < 0 ? text.slice(at) : text.slice(at, quote);
    const replaced = outside.replaceAll(BARE, (word) => JSON.stringify(MARK + word));
    found ||= replaced !== outside;
    parts.push(replaced);
    if (quote < 0) break;
    const end = endOfString(text, quote);
    parts.push(text.slice(quote, end));
    at = end;
  }
  return found ? parts.join('') : null;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
