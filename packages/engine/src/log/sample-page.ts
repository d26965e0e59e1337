import type { EvalSampleSummary, LogScore } from '@assay/spec';
import type { LogReader } from './log-reader.ts';

export const sampleFilters = ['all', 'correct', 'incorrect', 'error', 'unscored'] as const;
export type SampleFilter = (typeof sampleFilters)[number];

export interface SamplePage {
  samples: EvalSampleSummary[];
  /** How many the filter leaves. */
  total: number;
}

/**
 * A page of a log's samples, in the log's order. Holds one page at a time, whatever the size of the log.
 * @param count samples of the log; a page without a filter then ends the reading
 */
export async function readSamplePage(
  log: LogReader,
  count: number,
  wish: { offset: number; limit: number; filter: SampleFilter },
): Promise<SamplePage> {
  const samples: EvalSampleSummary[] = [];
  let total = 0;
  for await (const summary of log.summaries()) {
    if (wish.filter !== 'all' && outcomeOf(summary) !== wish.filter) continue;
    if (total >= wish.offset && samples.length < wish.limit) samples.push(summary);
    total += 1;
    if (wish.filter === 'all' && samples.length === wish.limit) return { samples, total: count };
  }
  return { samples, total };
}

/** What became of a sample by its first score: right is `C`, true or 1 and more; no number is no score. */
export function outcomeOf(
  summary: Pick<EvalSampleSummary, 'error' | 'scores'>,
): Exclude<SampleFilter, 'all'> {
  if (summary.error) return 'error';
  const score: LogScore | undefined = Object.values(summary.scores ?? {})[0];
  const value = score?.value;
  if (value === undefined || value === null || (typeof value === 'number' && Number.isNaN(value)))
    return 'unscored';
  if (value === 'C' || value === true) return 'correct';
  return typeof value === 'number' && value >= 1 ? 'correct' : 'incorrect';
}
