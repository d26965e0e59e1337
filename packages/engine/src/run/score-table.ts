import type { EvalSample, EvalSampleSummary, LogScore } from '@assay/spec';
import type { ScoredSample } from '../semantics/results.ts';
import type { Score, ScoreValue } from '../semantics/scores.ts';

/** Answers longer than this are not kept for the reductions: they stand in their samples. */
const MAX_ANSWER = 200;
/** Shorter texts are copied when they are cut out of longer ones (V8); others would keep the whole in memory. */
const CUT_FROM = 13;

interface Column {
  values: (ScoreValue | undefined)[];
  answers: (string | undefined)[];
}

/** The scores of all samples of a run, column by column: a hundred thousand samples take some megabytes. */
export class ScoreTable implements Iterable<ScoredSample> {
  readonly #ids: (number | string)[] = [];
  readonly #epochs: number[] = [];
  readonly #columns = new Map<string, Column>();

  get size(): number {
    return this.#ids.length;
  }

  add(sample: EvalSample | EvalSampleSummary, scores: [name: string, score: LogScore][]): void {
    const at = this.#ids.push(sample.id) - 1;
    this.#epochs.push(sample.epoch);
    for (const [name, score] of scores) {
      const column = this.#column(name);
      column.values[at] = score.value as ScoreValue;
      column.answers[at] = toKept(score.answer);
    }
  }

  #column(name: string): Column {
    let column = this.#columns.get(name);
    if (!column) {
      column = { values: [], answers: [] };
      this.#columns.set(name, column);
    }
    return column;
  }

  *[Symbol.iterator](): Generator<ScoredSample> {
    for (const [at, sampleId] of this.#ids.entries()) {
      const scores: Record<string, Score> = {};
      for (const [name, { values, answers }] of this.#columns) {
        const value = values[at];
        if (value === undefined) continue;
        const answer = answers[at];
        scores[name] = answer === undefined ? { value } : { value, answer };
      }
      yield { sampleId, epoch: this.#epochs[at]!, scores };
    }
  }
}

function toKept(answer: string | null | undefined): string | undefined {
  if (typeof answer !== 'string' || answer.length > MAX_ANSWER) return undefined;
  return answer.length < CUT_FROM ? answer : Buffer.from(answer).toString();
}
