/**
 * Inspect's log model, version 2, as it stands in `.eval` and `.json` files: field names are Inspect's own.
 *
 * Every interface keeps unknown fields (`[extra: string]: unknown`): newer Inspect versions add optional ones,
 * and a log that passes through our hands must lose none. Only what Inspect's reader demands is required here.
 * Score and metric values may be NaN, which both formats write as the bare word `NaN`.
 */

export type LogStatus = 'started' | 'success' | 'cancelled' | 'error';

/** Token counts of one or many calls. */
export interface LogUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  input_tokens_cache_write?: number;
  input_tokens_cache_read?: number;
  reasoning_tokens?: number;
  [extra: string]: unknown;
}

/** A part of a message's content: text, reasoning, image, … ; the `type` says which fields follow. */
export interface LogContentPart {
  type: string;
  text?: string;
  image?: string;
  reasoning?: string;
  [extra: string]: unknown;
}

export interface LogMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string | LogContentPart[];
  id?: string;
  source?: 'input' | 'generate' | 'operator';
  model?: string;
  [extra: string]: unknown;
}

export interface LogOutput {
  model: string;
  choices: { message: LogMessage; stop_reason: string; [extra: string]: unknown }[];
  completion: string;
  usage?: LogUsage;
  /** Seconds the answer took. */
  time?: number;
  error?: string;
  metadata?: Record<string, unknown>;
  [extra: string]: unknown;
}

export type LogScoreValue = string | number | boolean | unknown[] | Record<string, unknown>;

export interface LogScore {
  value: LogScoreValue;
  answer?: string | null;
  explanation?: string | null;
  reason?: string | null;
  metadata?: Record<string, unknown> | null;
  history?: unknown[];
  [extra: string]: unknown;
}

export interface LogError {
  message: string;
  traceback: string;
  traceback_ansi: string;
  [extra: string]: unknown;
}

/** Something that happened inside a sample: `event` names the kind, e.g. `model`, `score`, `error`. */
export interface LogEvent {
  event: string;
  uuid?: string;
  /** ISO time. */
  timestamp: string;
  /** Seconds of working time since the sample began. */
  working_start: number;
  [extra: string]: unknown;
}

export interface EvalSample {
  id: number | string;
  /** 1-based. */
  epoch: number;
  input: string | LogMessage[];
  target: string | string[];
  choices?: string[] | null;
  messages?: LogMessage[];
  output?: LogOutput;
  scores?: Record<string, LogScore> | null;
  metadata?: Record<string, unknown>;
  store?: Record<string, unknown>;
  events?: LogEvent[];
  events_data?: { messages: LogMessage[]; calls: unknown[] };
  attachments?: Record<string, string>;
  model_usage?: Record<string, LogUsage>;
  role_usage?: Record<string, LogUsage>;
  started_at?: string;
  completed_at?: string;
  /** Seconds of wall clock. */
  total_time?: number;
  /** Seconds without waiting for rate limits and retries. */
  working_time?: number;
  uuid?: string;
  error?: LogError | null;
  error_retries?: LogError[];
  limit?: { type: string; limit: number; [extra: string]: unknown } | null;
  invalidation?: Record<string, unknown> | null;
  [extra: string]: unknown;
}

/** What lists show of a sample: long texts cut, messages and events left out. */
export interface EvalSampleSummary {
  id: number | string;
  epoch: number;
  input: string | LogMessage[];
  target: string | string[];
  choices?: string[] | null;
  metadata?: Record<string, unknown>;
  scores?: Record<string, LogScore> | null;
  model_usage?: Record<string, LogUsage>;
  role_usage?: Record<string, LogUsage>;
  started_at?: string;
  completed_at?: string;
  total_time?: number;
  working_time?: number;
  uuid?: string;
  error?: string | null;
  limit?: string | null;
  retries?: number;
  completed?: boolean;
  message_count?: number;
  turn_count?: number;
  [extra: string]: unknown;
}

export interface EvalDataset {
  name?: string | null;
  location?: string | null;
  samples?: number | null;
  sample_ids?: (number | string)[] | null;
  shuffled?: boolean | null;
  [extra: string]: unknown;
}

export interface EvalScorerSpec {
  name: string;
  options?: Record<string, unknown>;
  metrics?: { name: string; options?: Record<string, unknown> }[];
  metadata?: Record<string, unknown>;
  [extra: string]: unknown;
}

/** What was to be run: Inspect's `EvalSpec`. */
export interface EvalSpec {
  eval_id: string;
  run_id: string;
  /** ISO time. */
  created: string;
  task: string;
  task_id: string;
  task_version: number | string;
  dataset: EvalDataset;
  model: string;
  model_generate_config?: Record<string, unknown>;
  model_base_url?: string | null;
  model_args: Record<string, unknown>;
  config: Record<string, unknown>;
  task_args?: Record<string, unknown>;
  packages?: Record<string, string>;
  metadata?: Record<string, unknown> | null;
  scorers?: EvalScorerSpec[] | null;
  [extra: string]: unknown;
}

export interface EvalPlan {
  name: string;
  steps: { solver: string; params: Record<string, unknown>; params_passed?: Record<string, unknown> }[];
  config: Record<string, unknown>;
  [extra: string]: unknown;
}

export interface EvalMetric {
  name: string;
  value: number;
  params?: Record<string, unknown>;
  [extra: string]: unknown;
}

export interface EvalScore {
  name: string;
  scorer: string;
  reducer?: string | null;
  scored_samples?: number;
  unscored_samples?: number;
  params: Record<string, unknown>;
  metrics: Record<string, EvalMetric>;
  metadata?: Record<string, unknown> | null;
  [extra: string]: unknown;
}

export interface EvalResults {
  total_samples: number;
  completed_samples: number;
  scores: EvalScore[];
  metadata?: Record<string, unknown> | null;
  [extra: string]: unknown;
}

export interface EvalStats {
  started_at: string;
  completed_at: string;
  model_usage: Record<string, LogUsage>;
  role_usage?: Record<string, LogUsage>;
  [extra: string]: unknown;
}

export interface EvalReduction {
  scorer: string;
  reducer?: string | null;
  samples: (LogScore & { sample_id: number | string })[];
  [extra: string]: unknown;
}

/** The log without its samples: all that stands in `header.json`. */
export interface EvalLogHeader {
  version: number;
  status: LogStatus;
  eval: EvalSpec;
  plan: EvalPlan;
  results?: EvalResults | null;
  stats: EvalStats;
  error?: LogError | null;
  invalidated?: boolean;
  tags?: string[];
  metadata?: Record<string, unknown>;
  [extra: string]: unknown;
}

/** A whole log. */
export interface EvalLog extends EvalLogHeader {
  samples?: EvalSample[] | null;
  reductions?: EvalReduction[] | null;
}

/** The first thing written to a log (`_journal/start.json`). */
export interface EvalLogStart {
  version: number;
  eval: EvalSpec;
  plan: EvalPlan;
  [extra: string]: unknown;
}

/** Version of the log format these types describe. */
export const EVAL_LOG_VERSION = 2;
