import { setTimeout as wait } from 'node:timers/promises';
import { CallFailure, type RetryNotice } from './model.ts';

export interface RetryPolicy {
  /** Attempts beyond the first. */
  maxRetries: number;
  /** Milliseconds for all attempts together; 0 for no bound. */
  timeoutMs: number;
  /** Milliseconds of the first wait, about; doubled each time. */
  firstWaitMs: number;
  /** Milliseconds of the longest wait, unless the endpoint asks for more. */
  longestWaitMs: number;
}

/**
 * Bounded, unlike Inspect's (3 s to 30 min, without end): about 20 minutes of trouble are survived, then the sample
 * fails and stands in the log with the reason, to be repeated by a retry of the log.
 */
export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 25,
  timeoutMs: 0,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
};

/** Failures of the attempts before the one that succeeded. */
export interface Retried<T> {
  value: T;
  failures: CallFailure[];
}

/**
 * Repeats what may succeed later, waiting twice as long each time, with jitter, and at least as long as the endpoint
 * asked (`Retry-After`).
 * @throws the last CallFailure; the signal's reason when aborted
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
  onRetry?: (notice: RetryNotice) => void,
): Promise<Retried<T>> {
  const began = performance.now();
  const failures: CallFailure[] = [];
  for (;;) {
    try {
      return { value: await attempt(), failures };
    } catch (error) {
      if (!(error instanceof CallFailure) || !error.retryable) throw error;
      failures.push(error);
      const waitMs = toWait(failures.length, error, policy);
      const overtime = policy.timeoutMs > 0 && performance.now() - began + waitMs > policy.timeoutMs;
      if (failures.length > policy.maxRetries || overtime) throw error;
      onRetry?.({ reason: error.kind, status: error.status, waitMs, attempt: failures.length });
      await wait(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Between half and all of the doubled wait. */
function toWait(failures: number, error: CallFailure, policy: RetryPolicy): number {
  const doubled = Math.min(policy.firstWaitMs * 2 ** (failures - 1), policy.longestWaitMs);
  const jittered = doubled * (0.5 + Math.random() / 2);
  return Math.max(jittered, error.retryAfterMs ?? 0);
}
