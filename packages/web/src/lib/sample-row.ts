import type { EvalSampleSummary, LogContentPart, LogMessage, LogScore } from '@assay/spec';

export type Verdict = 'correct' | 'incorrect' | 'partial' | 'error' | 'unscored';

/** A sample as a list shows it. */
export interface SampleRow {
  id: number | string;
  epoch: number;
  input: string;
  target: string;
  answer: string;
  verdict: Verdict;
  /** The scores' values, with the scorer's name where there are several. */
  score: string;
}

export function toSampleRow(sample: EvalSampleSummary): SampleRow {
  const scores = Object.entries(sample.scores ?? {});
  return {
    id: sample.id,
    epoch: sample.epoch,
    input: excerpt(toInputText(sample.input)),
    target: excerpt([sample.target].flat().join(' or '), 80),
    answer: excerpt(scores.map(([, score]) => score.answer ?? '').find((answer) => answer !== '') ?? '', 80),
    verdict: toVerdict(sample.scores, sample.error),
    score: scores
      .map(([name, score]) => (scores.length > 1 ? `${name} ${toScoreText(score)}` : toScoreText(score)))
      .join(', '),
  };
}

/** Inspect writes C, P, I, N for correct, partial, incorrect and no answer; numbers count as shares of 1. */
export function toVerdict(scores: Record<string, LogScore> | null | undefined, error: unknown): Verdict {
  if (error) return 'error';
  const value = Object.values(scores ?? {})[0]?.value;
  if (value === undefined || value === null || Number.isNaN(value)) return 'unscored';
  if (value === 'C' || value === 1 || value === true) return 'correct';
  if (value === 'I' || value === 'N' || value === 0 || value === false) return 'incorrect';
  return 'partial';
}

export function toScoreText(score: LogScore): string {
  const { value } = score;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The last thing said to the model: what people know the question by. */
function toInputText(input: string | LogMessage[]): string {
  if (typeof input === 'string') return input;
  const last = input.findLast((message) => message.role === 'user') ?? input.at(-1);
  return last ? toMessageText(last.content) : '';
}

/** A message's text; other parts by name. */
export function toMessageText(content: string | LogContentPart[]): string {
  if (typeof content === 'string') return content;
  return content.map((part) => part.text ?? part.reasoning ?? `[${part.type}]`).join('\n');
}

function excerpt(text: string, length = 160): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
