import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import type { HttpAnswer } from './answer-parser.ts';
import { readErrorAnswer } from './chat-answer.ts';
import type { AdaptiveRange } from './connection-limit.ts';
import { type CallOutcome, type ConnectionLimit, createConnectionLimit } from './connection-limit.ts';
import { createHttpPoster, type HttpPoster } from './http-post.ts';
import { type CallContext, CallFailure, type Model, type RetryNotice } from './model.ts';
import { defaultRetryPolicy, type RetryPolicy, retry } from './retry.ts';
import { createTurns, type Turns } from './turns.ts';

export interface OpenAiModelOptions {
  /** As it goes into the log. */
  name: string;
  /** As it is sent. */
  model: string;
  /** Ends in `/v1` or the like; the interface's path is appended. */
  baseUrl: string;
  /** How a request is written and its answer read. */
  wire: ModelWire;
  apiKey: string;
  connections: number | AdaptiveRange;
  retry?: Partial<RetryPolicy>;
  onRetry?(notice: RetryNotice): void;
}

/** One of the interfaces that OpenAI-compatible endpoints have. */
export interface ModelWire {
  path: string;
  /** @throws CallFailure `refused` for conversations that the interface cannot carry */
  toBody(model: string, messages: ChatMessage[], config: GenerateConfig): string;
  /** @throws CallFailure `bad-answer` */
  parseAnswer(answer: HttpAnswer, model: string): ModelOutput;
}

/** A model with its connection limit in sight, for progress and the log. */
export interface LimitedModel extends Model {
  readonly connections: ConnectionLimit;
}

interface Attempt {
  /** The request's text. */
  toBody(): string;
  headers: string[];
  signal: AbortSignal;
  timeoutMs: number;
}

const DEFAULT_ATTEMPT_MS = 600_000;

/** A model behind an OpenAI-compatible endpoint. */
export function createOpenAiModel(options: OpenAiModelOptions): LimitedModel {
  return new OpenAiModel(options);
}

class OpenAiModel implements LimitedModel {
  readonly name: string;
  readonly connections: ConnectionLimit;
  readonly #options: OpenAiModelOptions;
  readonly #poster: HttpPoster;
  readonly #unread: Turns;
  readonly #path: string;
  readonly #headers: string[];

  constructor(options: OpenAiModelOptions) {
    const url = new URL(options.baseUrl);
    this.name = options.name;
    this.#options = options;
    this.connections = createConnectionLimit(options.connections);
    const { connections } = this;
    this.#unread = createTurns(() => connections.waiting === 0);
    this.#poster = createHttpPoster(url.origin);
    this.#path = `${url.pathname.replace(/\/+$/, '')}${options.wire.path}${url.search}`;
    this.#headers = ['content-type', 'application/json', 'accept', 'application/json'];
    if (options.apiKey !== '') this.#headers.push('authorization', `Bearer ${options.apiKey}`);
  }

  async generate(
    messages: ChatMessage[],
    config: GenerateConfig,
    signal: AbortSignal,
    call?: CallContext,
  ): Promise<ModelOutput> {
    const extra = Object.entries(config.extra_headers ?? {}).flat();
    const headers = extra.length > 0 ? [...this.#headers, ...extra] : this.#headers;
    const timeoutMs = (config.attempt_timeout ?? 0) * 1000 || DEFAULT_ATTEMPT_MS;
    const toBody = (): string => this.#options.wire.toBody(this.#options.model, messages, config);
    // The time of a call and its retries begins when it has a connection.
    await this.#connect(signal, call);
    let connected = true;
    const attempt = async (): Promise<ModelOutput> => {
      if (!connected) await this.#connect(signal, call);
      connected = false;
      return this.#attempt({ toBody, headers, signal, timeoutMs }, call?.onAnswer);
    };
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

  async #connect(signal: AbortSignal, call: CallContext | undefined): Promise<void> {
    await this.connections.acquire(signal);
    try {
      call?.onConnection?.();
    } catch (error) {
      this.connections.release('failed');
      throw error;
    }
  }

  /**
   * Over a connection that is taken, and given back.
   * @param toBody only now: those that wait for a connection hold no text of their own
   */
  async #attempt(
    { toBody, headers, signal, timeoutMs }: Attempt,
    onAnswer: CallContext['onAnswer'],
  ): Promise<ModelOutput> {
    const { connections } = this;
    const began = performance.now();
    let answer: HttpAnswer;
    try {
      answer = await this.#poster.post(this.#path, headers, toBody(), { signal, timeoutMs });
    } catch (error) {
      connections.release(toOutcome(error));
      throw error;
    }
    const time = (performance.now() - began) / 1000;
    const output = answer.status === 200 ? await this.#read(answer, onAnswer) : this.#readError(answer);
    output.time = time;
    return output;
  }

  /** The connection goes to the next call first; what was answered is read with other answers together. */
  async #read(answer: HttpAnswer, onAnswer: CallContext['onAnswer']): Promise<ModelOutput> {
    const { connections } = this;
    if (!onAnswer) {
      connections.release(null);
      await this.#unread.turn();
    }
    const told = (outcome: CallOutcome): void =>
      onAnswer ? connections.release(outcome) : connections.count(outcome);
    try {
      const output = this.#options.wire.parseAnswer(answer, this.#options.model);
      onAnswer?.(output);
      told('ok');
      return output;
    } catch (error) {
      told(toOutcome(error));
      throw error;
    }
  }

  /** Throws what other answers stand for, or answers what the endpoint declined with. */
  #readError(answer: HttpAnswer): ModelOutput {
    const output = readErrorAnswer(answer, this.#options.model, this.#options.apiKey);
    const failed = output instanceof CallFailure;
    this.connections.release(failed ? toOutcome(output) : 'ok');
    if (failed) throw output;
    return output;
  }

  close(): Promise<void> {
    return this.#poster.close();
  }
}

/** Answers that cannot be read say nothing about how many calls an endpoint bears. */
function toOutcome(error: unknown): CallOutcome {
  const kind = error instanceof CallFailure ? error.kind : null;
  if (kind === 'rate-limited') return 'rate-limited';
  return kind === 'server-error' || kind === 'connection' || kind === 'timeout' ? 'overloaded' : 'failed';
}
