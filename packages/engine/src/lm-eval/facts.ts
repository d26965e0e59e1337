import { SemanticsError } from '../semantics/error.ts';

/**
 * What a sample carries from its record to the scorer, in its metadata under `lm_eval`: a log can be scored again
 * without the dataset.
 */
export interface SampleFacts {
  /** The right answer: text, index of a choice, or several of them. */
  gold: unknown;
  choices?: string[];
  /** The record's column `choices`, where a filter reads it. */
  column?: unknown;
  /** What is asked of a model that gives log-probabilities. */
  requests?: LikelihoodRequest[];
}

export interface LikelihoodRequest {
  context: string;
  continuation: string;
}

export const factsKey = 'lm_eval';

/** Throws `bad-record` for a sample that was not made by this loader. */
export function factsOf(metadata: Record<string, unknown>): SampleFacts {
  const facts = metadata[factsKey];
  if (typeof facts === 'object' && facts !== null && 'gold' in facts) return facts as SampleFacts;
  throw new SemanticsError('bad-record', `the sample's metadata holds no "${factsKey}"`);
}
