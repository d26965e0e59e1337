import { correct, incorrect, type Score } from '../scores.ts';
import { reasonFor } from './text-scorer.ts';

/** What the capture groups of a match hold, in order; undefined for one that took no part. */
export type PatternGroups = (string | undefined)[];

export interface PatternOptions {
  ignoreCase: boolean;
  matchAll: boolean;
}

/** Scores the groups of a match against the targets; null means the pattern was not found. */
export function patternScore(
  groups: PatternGroups | null,
  completion: string,
  target: string[],
  options: PatternOptions,
): Score {
  const explanation = completion;
  if (!groups) {
    return { value: incorrect, explanation, reason: 'invalid_response_format', ...reasonFor(completion) };
  }
  const lower = options.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const wanted = new Set(target.map(lower));
  const taken = groups.filter((group) => group !== undefined);
  const fits = (group: string) => wanted.has(lower(group));
  if (options.matchAll) {
    const found = taken.length > 0 && taken.every(fits) ? target.join('') : null;
    return { value: found ? correct : incorrect, answer: found, explanation, ...reasonFor(completion) };
  }
  const found = taken.find(fits);
  const shown = found ?? (groups.length === 1 ? groups[0] : undefined) ?? null;
  // An empty text that fits an empty target is no answer.
  return { value: found ? correct : incorrect, answer: shown, explanation, ...reasonFor(completion) };
}
