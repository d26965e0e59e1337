import { PythonFloat } from './values.ts';

/** A whole float (`1.0`, `2e3`) or an integer beyond 2^53: what plain JSON.parse cannot give back. */
const needsCare = /\d\.0*(?!\d)|\d[eE]|\d{16}/;
const bareWord = /\b(?:NaN|Infinity)\b/;

/**
 * Parses JSON as Python does: whole floats stay floats, long integers stay exact, and the bare words `NaN`,
 * `Infinity`, `-Infinity` are numbers. Throws SyntaxError.
 */
export function parsePythonJson(text: string): unknown {
  const source = bareWord.test(text) ? quoteBareWords(text) : text;
  if (source === text && !needsCare.test(text)) return JSON.parse(text);
  return JSON.parse(source, revive as (key: string, value: unknown) => unknown);
}

/** No JSON text can hold this by chance: it is built at run time from a private-use character. */
const mark = '\u{f8f0}number:';

function quoteBareWords(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
    token.startsWith('"') ? token : `"${mark}${token}"`,
  );
}

function revive(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? Number(value.slice(mark.length)) : value;
  if (typeof value !== 'number') return value;
  const source = context.source ?? '';
  if (/[.eE]/.test(source)) return Number.isInteger(value) ? new PythonFloat(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(source);
}
