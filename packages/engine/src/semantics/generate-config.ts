/** Generation settings. A field left out, or null, is not sent: the provider's default holds. */
export interface GenerateConfig {
  /** Attempts beyond the first. */
  max_retries?: number | null;
  /** Seconds for all attempts of one call together. */
  timeout?: number | null;
  /** Seconds for one attempt. */
  attempt_timeout?: number | null;
  max_connections?: number | null;
  adaptive_connections?: unknown;
  /** Prepended to each request as a system message; never stored in the sample's messages. */
  system_message?: string | null;
  max_tokens?: number | null;
  top_p?: number | null;
  temperature?: number | null;
  stop_seqs?: string[] | null;
  best_of?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  logit_bias?: Record<string, number> | null;
  seed?: number | null;
  top_k?: number | null;
  num_choices?: number | null;
  logprobs?: boolean | null;
  top_logprobs?: number | null;
  parallel_tool_calls?: boolean | null;
  reasoning_effort?: string | null;
  reasoning_tokens?: number | null;
  extra_headers?: Record<string, string> | null;
  extra_body?: Record<string, unknown> | null;
  cache?: unknown;
  [other: string]: unknown;
}

/** Every setting Inspect 0.3.285 knows; another name is an error where settings come from a task file. */
const settings: ReadonlySet<string> = new Set(
  `max_retries timeout attempt_timeout stream_idle_timeout max_connections adaptive_connections system_message
   max_tokens top_p temperature stop_seqs best_of frequency_penalty presence_penalty logit_bias seed top_k
   num_choices logprobs top_logprobs prompt_logprobs parallel_tool_calls internal_tools max_tool_output
   cache_prompt fallback_models fail_on_refusal verbosity effort reasoning_effort reasoning_mode reasoning_tokens
   reasoning_summary reasoning_history response_schema extra_headers extra_body modalities cache batch`.split(
    /\s+/,
  ),
);

export function isGenerateSetting(name: string): boolean {
  return settings.has(name);
}

/** Later settings win field by field; null means "not set" and never wins. */
export function mergeConfig(...configs: (GenerateConfig | undefined)[]): GenerateConfig {
  const merged: GenerateConfig = {};
  for (const config of configs) {
    for (const [name, value] of Object.entries(config ?? {})) {
      if (value !== null && value !== undefined) merged[name] = value;
    }
  }
  return merged;
}
