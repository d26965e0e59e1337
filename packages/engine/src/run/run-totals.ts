import type { EvalSample, EvalSampleSummary, LogError, LogScore } from '@assay/spec';
import { ScoreTable } from './score-table.ts';
import { addUsage, type UsageByModel } from './usage.ts';

/** Where every planned sample went: planned = scored + failed + refused + unparsed + excluded. */
export interface Accounting {
  planned: number;
  scored: number;
  /** Ended in an error. */
  failed: number;
  /** The model or its endpoint declined. */
  refused: number;
  /** No answer could be read out of the reply. */
  unparsed: number;
  /** Neither: not run, or left without a score by whoever was to give it. */
  excluded: number;
  /** Of `excluded`: run, and without a score, e.g. because a judge gave no verdict. */
  unscored: number;
  /** Of `excluded`: not run. */
  missing: number;
  /** Of `failed`: by the class that stands in front of their errors. */
  failures: Record<string, number>;
}

/** What a run must remember of its samples to sum up: values, not texts. */
export class RunTotals {
  readonly usage: UsageByModel = {};
  readonly roleUsage: UsageByModel = {};
  readonly scored = new ScoreTable();
  completed = 0;
  failed = 0;
  refused = 0;
  unparsed = 0;
  unscored = 0;
  readonly failures: Record<string, number> = {};

  get done(): number {
    return this.completed + this.failed;
  }

  /** Counts a sample of this run, or the summary of one taken over. */
  add(sample: EvalSample | EvalSampleSummary): void {
    if (sample.error) this.#countFailure(sample.error);
    else this.completed++;
    for (const [model, usage] of Object.entries(sample.model_usage ?? {})) addUsage(this.usage, model, usage);
    for (const [role, usage] of Object.entries(sample.role_usage ?? {}))
      addUsage(this.roleUsage, role, usage);
    const scores = Object.entries(sample.scores ?? {});
    if (scores.length > 0) this.scored.add(sample, scores);
    if (sample.error) return;
    const given = scores.map(([, score]) => score);
    this.#classify(given, stopReasonOf(sample));
  }

  #countFailure(error: LogError | string): void {
    const message = typeof error === 'string' ? error : error.message;
    const kind = /^([a-z-]+): /.exec(message)?.[1] ?? 'internal';
    this.failed++;
    this.failures[kind] = (this.failures[kind] ?? 0) + 1;
  }

  #classify(scores: LogScore[], stopReason: unknown): void {
    const reasons = scores.map((score) => score.reason);
    if (stopReason === 'content_filter' || reasons.includes('refusal')) this.refused++;
    else if (scores.length === 0 || scores.some(isWithoutValue)) this.unscored++;
    else if (scores.some(isUnparsed)) this.unparsed++;
  }

  accounting(planned: number): Accounting {
    const { failed, refused, unparsed, unscored } = this;
    const scored = this.completed - refused - unparsed - unscored;
    const missing = planned - this.done;
    const excluded = unscored + missing;
    const failures = { ...this.failures };
    return { planned, scored, failed, refused, unparsed, excluded, unscored, missing, failures };
  }
}

/** Summaries name it only where an answer did not simply end. */
function stopReasonOf(sample: EvalSample | EvalSampleSummary): unknown {
  return (sample as EvalSample).output?.choices[0]?.stop_reason ?? sample.stop_reason;
}

function isWithoutValue(score: LogScore): boolean {
  return typeof score.value === 'number' && Number.isNaN(score.value);
}

function isUnparsed(score: LogScore): boolean {
  const noAnswer = score.value === 'N' || score.reason === 'no_response';
  return noAnswer || score.reason === 'invalid_response_format';
}
