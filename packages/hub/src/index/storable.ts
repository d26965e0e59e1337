const nul = String.fromCharCode(0);

/**
 * The same JSON value without what PostgreSQL's text and jsonb cannot hold: the NUL character and lone surrogates
 * become U+FFFD. The file in git keeps its bytes; only the index shows the replacement.
 */
export function toStorable<T>(value: T): T {
  // Nearly nothing holds them; where JSON's own writer shows neither, there are none.
  return suspect.test(JSON.stringify(value)) ? (rebuild(value) as T) : value;
}

/** As JSON escapes them, and a few innocent texts that look so. */
const suspect = /\\u0000|\\ud[89a-f]/;

function rebuild(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll(nul, '\ufffd');
  if (Array.isArray(value)) return value.map(rebuild);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rebuild(key), rebuild(inner)]));
}
