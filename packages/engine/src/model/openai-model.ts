import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { parseChatAnswer, readErrorAnswer } from './chat-answer.ts';
import { toChatBody } from './chat-request.ts';
import type { AdaptiveRange } from './connection-limit.ts';
import { type ConnectionLimit, createConnectionLimit } from './connection-limit.ts';
import { createHttpPoster, type HttpPoster } from './http-post.ts';
import { CallFailure, type Model, type RetryNotice } from './model.ts';
import { defaultRetryPolicy, type RetryPolicy, retry } from './retry.ts';

export interface OpenAiModelOptions {
  /** As it goes into the log. */
  name: string;
  /** As it is sent. */
  model: string;
  /** Ends in `/v1` or the like; `/chat/completions` is appended. */
  baseUrl: string;
  apiKey: string;
  connections: number | AdaptiveRange;
  retry?: Partial<RetryPolicy>;
  onRetry?(notice: RetryNotice): void;
}

/** A model with its connection limit in sight, for progress and the log. */
export interface LimitedModel extends Model {
  readonly connections: ConnectionLimit;
}

const DEFAULT_ATTEMPT_MS = 600_000;

/** A model behind an OpenAI-compatible chat completions endpoint. */
export function createOpenAiModel(options: OpenAiModelOptions): LimitedModel {
  return new OpenAiModel(options);
}

class OpenAiModel implements LimitedModel {
  readonly name: string;
  readonly connections: ConnectionLimit;
  readonly #options: OpenAiModelOptions;
  readonly #poster: HttpPoster;
  readonly #path: string;
  readonly #headers: string[];

  constructor(options: OpenAiModelOptions) {
    const url = new URL(options.baseUrl);
    const most = typeof options.connections === 'number' ? options.connections : options.connections.max;
    this.name = options.name;
    this.#options = options;
    this.connections = createConnectionLimit(options.connections);
    this.#poster = createHttpPoster(url.origin, most);
    this.#path = `${url.pathname.replace(/\/+$/, '')}/chat/completions${url.search}`;
    this.#headers = ['content-type', 'application/json', 'accept', 'application/json'];
    if (options.apiKey !== '') this.#headers.push('authorization', `Bearer ${options.apiKey}`);
  }

  async generate(messages: ChatMessage[], config: GenerateConfig, signal: AbortSignal): Promise<ModelOutput> {
    const body = toChatBody(this.#options.model, messages, config);
    const extra = Object.entries(config.extra_headers ?? {}).flat();
    const headers = extra.length > 0 ? [...this.#headers, ...extra] : this.#headers;
    const timeoutMs = (config.attempt_timeout ?? 0) * 1000 || DEFAULT_ATTEMPT_MS;
    const attempt = (): Promise<ModelOutput> => this.#attempt(body, headers, signal, timeoutMs);
    const { value, failures } = await retry(attempt, this.#policy(config), signal, this.#options.onRetry);
    if (failures.length > 0) {
      value.metadata = { ...value.metadata, retries: failures.map((failure) => failure.kind) };
    }
    return value;
  }

  #policy(config: GenerateConfig): RetryPolicy {
    const policy = { ...defaultRetryPolicy, ...this.#options.retry };
    if (typeof config.max_retries === 'number') policy.maxRetries = config.max_retries;
    if (typeof config.timeout === 'number') policy.timeoutMs = config.timeout * 1000;
    return policy;
  }

  async #attempt(
    body: string,
    headers: string[],
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<ModelOutput> {
    await this.connections.acquire(signal);
    let outcome: 'ok' | 'rate-limited' | 'failed' = 'failed';
    const began = performance.now();
    try {
      const answer = await this.#poster.post(this.#path, headers, body, { signal, timeoutMs });
      const output =
        answer.status === 200
          ? parseChatAnswer(answer, this.#options.model)
          : readErrorAnswer(answer, this.#options.model, this.#options.apiKey);
      if (output instanceof CallFailure) {
        if (output.kind === 'rate-limited') outcome = 'rate-limited';
        throw output;
      }
      outcome = 'ok';
      output.time = (performance.now() - began) / 1000;
      return output;
    } finally {
      this.connections.release(outcome);
    }
  }

  close(): Promise<void> {
    return this.#poster.close();
  }
}
