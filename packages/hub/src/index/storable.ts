const nul = String.fromCharCode(0);

/**
 * The same JSON value without what PostgreSQL's text and jsonb cannot hold: the NUL character and lone surrogates
 * become U+FFFD. The file in git keeps its bytes; only the index shows the replacement.
 */
export function toStorable<T>(value: T): T {
  return isStorable(value) ? value : (rebuild(value) as T); // nearly nothing holds them
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes(nul);
  if (value === null || typeof value !== 'object' || value instanceof Date) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  for (const key of Object.keys(value)) {
    if (!isStorable(key) || !isStorable((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function rebuild(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll(nul, '\ufffd');
  if (Array.isArray(value)) return value.map(rebuild);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rebuild(key), rebuild(inner)]));
}
