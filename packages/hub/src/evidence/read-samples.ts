import { EngineError, type LogReader } from '@assay/engine';
import type { EvalSample, EvalSampleSummary, LogScore } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Evidence } from './find-evidence.ts';
import { openEvidence } from './open-evidence.ts';

export const sampleFilters = ['all', 'correct', 'incorrect', 'error', 'unscored'] as const;
export type SampleFilter = (typeof sampleFilters)[number];

export interface SamplePage {
  samples: EvalSampleSummary[];
  /** How many the filter leaves. */
  total: number;
}

/** A page of a log's samples, in the log's order. Holds one page at a time, whatever the size of the log. */
export async function listSamples(
  ctx: HubContext,
  evidence: Evidence,
  wish: { offset: number; limit: number; filter: SampleFilter },
): Promise<SamplePage> {
  return orLogFault(async () => readPage(await openEvidence(ctx, evidence), evidence, wish));
}

async function readPage(
  log: LogReader,
  evidence: Evidence,
  wish: { offset: number; limit: number; filter: SampleFilter },
): Promise<SamplePage> {
  const samples: EvalSampleSummary[] = [];
  let total = 0;
  for await (const summary of log.summaries()) {
    if (wish.filter !== 'all' && outcomeOf(summary) !== wish.filter) continue;
    if (total >= wish.offset && samples.length < wish.limit) samples.push(summary);
    total += 1;
    if (wish.filter === 'all' && samples.length === wish.limit)
      return { samples, total: evidence.sampleCount };
  }
  return { samples, total };
}

/** One sample with all it holds. @throws HubError `not-found`, `too-large` */
export async function readSample(
  ctx: HubContext,
  evidence: Evidence,
  id: string,
  epoch: number,
): Promise<EvalSample> {
  return orLogFault(async () => (await openEvidence(ctx, evidence)).sample(id, epoch));
}

/** Runs something that reads a log; what is missing, broken or too large in a stranger's file is no fault of the hub's. */
async function orLogFault<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    if (cause.code === 'sample-missing')
      throw new HubError('not-found', cause.message.slice(0, 300), { cause });
    const hint = 'the file itself can be downloaded';
    const code = cause.code === 'log-too-large' ? 'too-large' : 'not-found';
    throw new HubError(code, `this part of the log cannot be shown: ${cause.message}`, { cause, hint });
  }
}

/** What became of a sample by its first score: right is `C`, true or 1 and more; no number is no score. */
function outcomeOf(summary: Pick<EvalSampleSummary, 'error' | 'scores'>): Exclude<SampleFilter, 'all'> {
  if (summary.error) return 'error';
  const score: LogScore | undefined = Object.values(summary.scores ?? {})[0];
  const value = score?.value;
  if (value === undefined || value === null || (typeof value === 'number' && Number.isNaN(value)))
    return 'unscored';
  if (value === 'C' || value === true) return 'correct';
  return typeof value === 'number' && value >= 1 ? 'correct' : 'incorrect';
}
