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
 * Share of the connections by which there are more samples under way, so that a free connection waits for none. Answers
 * come in bursts: at 1,000 connections a tenth is used up before the first of them is scored (1.11 of the ideal time
 * instead of 1.09), and what is above a third gains nothing.
 */
const READY_SHARE = 0.3;

/**
 * Samples under way at once when nobody says: those that have a connection, and a few that wait for one while others
 * are scored and written. Inspect too takes a few more than its connections.
 */
export function toMaxSamples(connections: number | AdaptiveRange): number {
  const most = typeof connections === 'number' ? connections : connections.max;
  return most + Math.ceil(most * READY_SHARE);
}
