import type { EvalTask } from '@assay/spec';
import type { AdaptiveRange } from '../model/connection-limit.ts';
import type { ModelPrice } from '../model/model-price.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import type { SampleChoice } from './sample-choice.ts';

/** Bounds of each sample; reaching one ends the sample's solvers, and it is scored as it stands. */
export interface SampleLimits {
  /** Messages in the conversation. */
  message?: number;
  /** Tokens of all calls together. */
  token?: number;
  /** Calls of the evaluated model. */
  turn?: number;
  /** Seconds of wall clock. */
  time?: number;
  /** Seconds, waiting for connections and retries left out. */
  working?: number;
  /** Dollars; needs prices of the models. */
  cost?: number;
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
export interface RunPlan extends SampleChoice {
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
    /** Rows in all; null when finding out would mean to read much more than the limit asks for. */
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
  limits: SampleLimits;
  errors: ErrorPolicy;
  /** A fixed number of connections; absent: adaptive. */
  connections: number | AdaptiveRange;
  /** Samples under way at once. */
  maxSamples: number;
  /** False: the samples are run, and nobody scores them. */
  score?: boolean;
  /** Dollars for a million tokens, by model name. */
  prices?: Record<string, ModelPrice>;
  /** Dollars at which the whole run ends; what is finished is kept. */
  maxCost?: number;
  tags?: string[];
  /** The user's own notes. */
  metadata?: Record<string, unknown>;
  /** Decides the order of shuffled choices. */
  seed: number;
  templates: { name: string; version: string; digest: string };
  /** Rules of scoring. */
  profile: string;
  /** Version of this engine. */
  engine: string;
}

/**
 * How many samples there are under way for each connection. The second half is ready, so that no connection is ever free
 * for long: answers come in bursts, and each is scored and written only when the burst is over. At 1,000 connections
 * and 500 ms, a tenth more than connections takes 1.11 of the ideal time, a third more 1.09, twice as many 1.07.
 */
const PER_CONNECTION = 2;
/** The same where a sample's time is limited: it runs while the sample waits for a connection. */
const PER_CONNECTION_TIMED = 1.1;

/** Samples under way at once when nobody says. */
export function toMaxSamples(connections: number | AdaptiveRange, limits: SampleLimits = {}): number {
  const most = typeof connections === 'number' ? connections : connections.max;
  return Math.ceil(most * (limits.time === undefined ? PER_CONNECTION : PER_CONNECTION_TIMED));
}
