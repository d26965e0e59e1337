import { decoded } from './case-file.ts';

/** Relative difference of numbers that counts as none: sums may be taken in another order. */
const tolerance = 1e-9;

/** Where `actual` is not what was expected. Keys that only `actual` has do not count. */
export function differences(actual: unknown, expected: unknown, path = ''): string[] {
  return compare(actual, decoded(expected), path);
}

function compare(actual: unknown, expected: unknown, path: string): string[] {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return sameNumber(actual, expected) ? [] : [told(path, actual, expected)];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [told(path, actual, expected)];
    return expected.flatMap((item, index) => compare(actual[index], item, `${path}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return [told(path, actual, expected)];
    const fields = actual as Record<string, unknown>;
    return Object.entries(expected).flatMap(([key, item]) =>
      compare(fields[key], item, path ? `${path}.${key}` : key),
    );
  }
  return Object.is(actual ?? null, expected ?? null) ? [] : [told(path, actual, expected)];
}

function sameNumber(actual: number, expected: number): boolean {
  if (Number.isNaN(expected) || Number.isNaN(actual)) return Number.isNaN(expected) && Number.isNaN(actual);
  if (!Number.isFinite(expected)) return actual === expected;
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function told(path: string, actual: unknown, expected: unknown): string {
  const at = path === '' ? '' : `${path} `;
  return `${at}is ${shown(actual)}, expected ${shown(expected)}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
