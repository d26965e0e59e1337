/** The verdict on one sample: what scorers give and metrics read. */

export type ScoreValue = string | number | boolean | ScoreValue[] | { [key: string]: ScoreValue };

/** `reason` is one of Inspect's words, or free text. */
export type ScoreReason =
  | 'no_response'
  | 'invalid_response_format'
  | 'refusal'
  | 'grader_failed'
  | 'scoring_failed'
  | (string & {});

export interface Score {
  /** `C`, `I`, `P`, `N`, a number, or NaN for "not scored". */
  value: ScoreValue;
  answer?: string | null;
  explanation?: string | null;
  metadata?: Record<string, unknown>;
  /** Why there is no answer, or no verdict. */
  reason?: ScoreReason | null;
}

/** A score with the sample it belongs to. */
export interface SampleScore {
  sampleId: number | string;
  score: Score;
  sampleMetadata?: Record<string, unknown>;
}

export const correct = 'C';
export const incorrect = 'I';
export const noAnswer = 'N';

export function unscored(reason: ScoreReason, rest: Partial<Score> = {}): Score {
  return { value: Number.NaN, reason, ...rest };
}

export function isUnscored(value: ScoreValue): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}
