import type { EvalSample } from '@assay/spec';

/** A run as another program's files tell it; each format is read into this. Null: they do not say. */
export interface ImportedRun {
  /** What the files are, e.g. `lm-eval`. */
  format: string;
  task: string;
  model: string | null;
  /** ISO time. */
  created: string | null;
  dataset: string | null;
  /** Version of the program that made the files. */
  engine: { name: string; version: string } | null;
  settings: Record<string, unknown>;
  metrics: { scorer: string; name: string; value: number }[];
  /** Large files are read while the log is written. */
  samples: EvalSample[] | AsyncIterable<EvalSample>;
  /** Samples in all. */
  total: number | null;
  /** Of these, without an error. */
  completed: number | null;
  /** Whether the files show that the run came to its end, as files that are written then do. */
  ended: boolean;
  /** What a log of our own would hold and these files do not, in words. */
  missing: string[];
}
