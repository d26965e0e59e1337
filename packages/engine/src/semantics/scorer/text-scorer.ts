import type { Metric } from '../metric.ts';
import { isBlank } from '../python/whitespace.ts';
import { correct, incorrect, type Score } from '../scores.ts';
import type { Scorer } from './scorer.ts';

export interface TextMatch {
  /** What was read out of the completion. */
  answer: string;
  matched: boolean;
}

/** A scorer that compares the completion with each target in turn; the first that fits decides. */
export function textScorer(
  name: string,
  metrics: Metric[],
  compare: (completion: string, target: string) => TextMatch,
): Scorer {
  return {
    name,
    metrics,
    score: (state, target) => {
      const { completion } = state.output;
      const base: Partial<Score> = { explanation: completion, ...reasonFor(completion) };
      let answer: string | null = null;
      for (const value of target) {
        const result = compare(completion, value);
        answer = result.answer;
        if (result.matched) return { value: correct, answer, ...base };
      }
      return { value: incorrect, answer, ...base };
    },
  };
}

/** A blank completion carries its reason whatever value it got. */
export function reasonFor(completion: string): Pick<Score, 'reason'> {
  return isBlank(completion) ? { reason: 'no_response' } : {};
}
