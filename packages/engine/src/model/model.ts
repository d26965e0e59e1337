import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';

/** What answers. Safe to call many times at once: it keeps its own limits and retries. */
export interface Model {
  /** As Inspect names it: `openai-api/SERVICE/MODEL`. */
  readonly name: string;
  /**
   * One answer. What was answered by whom stands in the output: `model`, `usage`, and in `metadata` the provider,
   * system fingerprint and response id where the endpoint says them, and the retries it took.
   * @throws CallFailure when it finally cannot; the signal's reason when aborted
   */
  generate(
    messages: ChatMessage[],
    config: GenerateConfig,
    signal: AbortSignal,
    call?: CallContext,
  ): Promise<ModelOutput>;
  close(): Promise<void>;
}

/** For whom a call is made. */
export interface CallContext {
  /** 1-based: each epoch draws answers of its own. */
  epoch: number;
  /** Told at each attempt, when the call has a connection. What it throws ends the call. */
  onConnection?(): void;
  /** Told of an answer before its connection goes to the next call; the answer is then read without delay. */
  onAnswer?(output: ModelOutput): void;
}

/** Told whenever a call has to wait and be tried again. */
export interface RetryNotice {
  reason: FailureKind;
  status?: number;
  /** Milliseconds until the next attempt. */
  waitMs: number;
  /** The attempt that failed, from 1. */
  attempt: number;
}

export type FailureKind =
  | 'rate-limited'
  | 'server-error'
  | 'connection'
  | 'timeout'
  | 'bad-answer'
  | 'refused'
  | 'unauthorized';

/** Why a call failed. The message never holds a key: only what the endpoint said, with keys struck out. */
export class CallFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number | undefined;
  /** Milliseconds the endpoint asks us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FailureKind, message: string, more: { status?: number; retryAfterMs?: number } = {}) {
    super(message);
    this.name = 'CallFailure';
    this.kind = kind;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.kind !== 'refused' && this.kind !== 'unauthorized';
  }
}
