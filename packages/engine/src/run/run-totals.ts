import type { EvalSample, EvalSampleSummary, LogScore } from '@assay/spec';
import type { ScoredSample } from '../semantics/results.ts';
import type { Score, ScoreValue } from '../semantics/scores.ts';
import { addUsage, type UsageByModel } from './usage.ts';

/** Answers longer than this are not kept for the reductions: they stand in their samples. */
const MAX_ANSWER = 200;

/** Where every planned sample went: the parts add up to `planned`. */
export interface Accounting {
  planned: number;
  scored: number;
  /** Ended in an error. */
  failed: number;
  /** The model or its endpoint declined. */
  refused: number;
  /** No answer could be read out of the reply. */
  unparsed: number;
  /** Not scored for another reason, e.g. a judge that gave no verdict. */
  unscored: number;
  /** Not run. */
  missing: number;
}

/** What a run must remember of its samples to sum up: values, not texts. */
export class RunTotals {
  readonly usage: UsageByModel = {};
  readonly roleUsage: UsageByModel = {};
  readonly scored: ScoredSample[] = [];
  completed = 0;
  failed = 0;
  refused = 0;
  unparsed = 0;
  unscored = 0;

  get done(): number {
    return this.completed + this.failed;
  }

  /** Counts a sample of this run, or the summary of one taken over. */
  add(sample: EvalSample | EvalSampleSummary, stopReason?: string): void {
    if (sample.error) this.failed++;
    else this.completed++;
    for (const [model, usage] of Object.entries(sample.model_usage ?? {})) addUsage(this.usage, model, usage);
    for (const [role, usage] of Object.entries(sample.role_usage ?? {}))
      addUsage(this.roleUsage, role, usage);
    const scores = Object.entries(sample.scores ?? {});
    if (scores.length > 0) this.scored.push(toScored(sample, scores));
    if (!sample.error)
      this.#classify(
        scores.map(([, score]) => score),
        stopReason,
      );
  }

  #classify(scores: LogScore[], stopReason?: string): void {
    const reasons = scores.map((score) => score.reason);
    if (stopReason === 'content_filter' || reasons.includes('refusal')) this.refused++;
    else if (scores.some((score) => typeof score.value === 'number' && Number.isNaN(score.value)))
      this.unscored++;
    else if (scores.some(isUnparsed)) this.unparsed++;
  }

  accounting(planned: number): Accounting {
    const { failed, refused, unparsed, unscored } = this;
    const scored = this.completed - refused - unparsed - unscored;
    return { planned, scored, failed, refused, unparsed, unscored, missing: planned - this.done };
  }
}

function isUnparsed(score: LogScore): boolean {
  const noAnswer = score.value === 'N' || score.reason === 'no_response';
  return noAnswer || score.reason === 'invalid_response_format';
}

function toScored(sample: EvalSample | EvalSampleSummary, scores: [string, LogScore][]): ScoredSample {
  return {
    sampleId: sample.id,
    epoch: sample.epoch,
    scores: Object.fromEntries(scores.map(([name, score]) => [name, toKept(score)])),
  };
}

function toKept(score: LogScore): Score {
  const kept: Score = { value: score.value as ScoreValue };
  if (typeof score.answer === 'string' && score.answer.length <= MAX_ANSWER) kept.answer = score.answer;
  return kept;
}
