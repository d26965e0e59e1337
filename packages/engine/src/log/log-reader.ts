import type { EvalLogHeader, EvalReduction, EvalSample, EvalSampleSummary } from '@assay/spec';
import type { StoredEntry } from './zip-appender.ts';

/** A finished sample as it lies in a log, and its summary: what a retry takes over unread. */
export interface StoredLogSample {
  entry: StoredEntry;
  summary: EvalSampleSummary;
}

/** One log, read as far as asked: the header without samples, samples one by one. */
export interface LogReader {
  readonly format: 'eval' | 'json';
  /** True when the file had no usable end (its writer was killed) and was recovered entry by entry. */
  readonly recovered: boolean;
  /** A log without an end has status `started`. */
  header(): Promise<EvalLogHeader>;
  /** In order of completion. */
  summaries(): AsyncIterable<EvalSampleSummary>;
  samples(): AsyncIterable<EvalSample>;
  /** @throws EngineError `sample-missing` */
  sample(id: number | string, epoch: number): Promise<EvalSample>;
  /** Samples for which `wanted` says yes, as stored. */
  storedSamples(wanted: (summary: EvalSampleSummary) => boolean): AsyncIterable<StoredLogSample>;
  reductions(): Promise<EvalReduction[]>;
  close(): Promise<void>;
}
