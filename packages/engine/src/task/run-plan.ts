import type { EvalTask } from '@assay/spec';
import type { AdaptiveRange } from '../model/connection-limit.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';

/** Positions in the dataset: from `start` (0-based) up to, not including, `end`. */
export interface SampleRange {
  start: number;
  end: number;
}

/** Bounds of each sample; reaching one ends the sample's solvers, and it is scored as it stands. */
export interface SampleLimits {
  /** Messages in the conversation. */
  message?: number;
  /** Tokens of all calls together. */
  token?: number;
  /** Seconds of wall clock. */
  time?: number;
}

/** What happens when samples fail. */
export interface ErrorPolicy {
  /** True: the first error ends the run. A share below 1, or a count: so many do. False: none does. */
  failOnError: boolean | number;
  /** Runs everything first and judges by `failOnError` at the end. */
  continueOnFail: boolean;
  /** How often a failed sample is tried again at once. */
  retryOnError: number;
  /** Scores failed samples as they stand. */
  scoreOnError: boolean;
}

/**
 * Everything that decides what is run, frozen before the first sample. It stands in the log
 * (`eval.metadata.assay.plan`), so that a retry needs nothing but the log.
 */
export interface RunPlan {
  /** The task's name in the log. */
  name: string;
  /** As typed. */
  spec: string;
  dataset: {
    id: string;
    /** Null for a folder. */
    commit: string | null;
    config: string;
    split: string;
    paths: string[];
    /** Rows in all; null when that was not found out because of a limit. */
    rows: number | null;
    /** SHA-256 over a folder's data files; a hub's commit says as much. */
    digest?: string;
  };
  task: EvalTask;
  model: string;
  modelBaseUrl?: string;
  /** Models bound to roles, e.g. a judge as `grader`. */
  modelRoles: Record<string, string[]>;
  generate: GenerateConfig;
  epochs: number;
  /** Null: mean, not named in the log. */
  epochsReducer: string[] | null;
  range?: SampleRange;
  limits: SampleLimits;
  errors: ErrorPolicy;
  /** A fixed number of connections; absent: adaptive. */
  connections: number | AdaptiveRange;
  /** Samples under way at once. */
  maxSamples: number;
  /** Decides the order of shuffled choices. */
  seed: number;
  templates: { name: string; version: string; digest: string };
  /** Rules of scoring. */
  profile: string;
  /** Version of this engine. */
  engine: string;
}
