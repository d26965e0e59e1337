import type { FailureKind, RetryNotice } from '../model/model.ts';
import type { LimitedModel } from '../model/openai-model.ts';
import type { RunTotals } from './run-totals.ts';
import { totalCost, totalTokens } from './usage.ts';

/** How far a run is. */
export interface RunProgress {
  task: string;
  model: string;
  logPath: string;
  /** Samples finished, failed ones counted, those taken over from an earlier log too. */
  done: number;
  total: number;
  /** Of `done`: taken over. */
  reused: number;
  errors: number;
  inFlight: number;
  /** Samples a second, over the last ten seconds. */
  rate: number;
  /** Seconds; null while nothing can be said. */
  remaining: number | null;
  tokens: number;
  /** Dollars; 0 without prices. */
  cost: number;
  connections: { active: number; limit: number } | null;
  /** Retries so far, by their reason. */
  retries: Partial<Record<FailureKind, number>>;
  /** Why calls are waiting right now, and for how many milliseconds at most; null when none is. */
  waiting: { reason: FailureKind; ms: number } | null;
}

const WINDOW_MS = 10_000;
/** Milliseconds between two reports. */
const PAUSE_MS = 200;

/** Keeps count and tells, a few times a second. */
export class ProgressMeter {
  reused = 0;
  inFlight = 0;
  total: number;
  readonly #fixed: Pick<RunProgress, 'task' | 'model' | 'logPath'>;
  readonly #totals: RunTotals;
  readonly #report: ((progress: RunProgress) => void) | undefined;
  #connections: LimitedModel['connections'] | null = null;
  readonly retries: Partial<Record<FailureKind, number>> = {};
  #waiting: { reason: FailureKind; until: number } | null = null;
  #marks: { at: number; done: number }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(
    fixed: Pick<RunProgress, 'task' | 'model' | 'logPath'>,
    total: number,
    totals: RunTotals,
    report?: (progress: RunProgress) => void,
  ) {
    this.#fixed = fixed;
    this.total = total;
    this.#totals = totals;
    this.#report = report;
  }

  start(model: object): void {
    this.#connections = 'connections' in model ? (model as LimitedModel).connections : null;
    this.#marks = [{ at: performance.now(), done: this.#totals.done }];
    if (!this.#report) return;
    this.#timer = setInterval(() => this.#report?.(this.now()), PAUSE_MS);
    this.#timer.unref();
  }

  /** The last report. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#report?.(this.now());
  }

  noteRetry(notice: RetryNotice): void {
    this.retries[notice.reason] = (this.retries[notice.reason] ?? 0) + 1;
    const until = performance.now() + notice.waitMs;
    if (!this.#waiting || until > this.#waiting.until) this.#waiting = { reason: notice.reason, until };
  }

  now(): RunProgress {
    const at = performance.now();
    const { done } = this.#totals;
    const rate = this.#rate(at, done);
    const waitMs = this.#waiting ? this.#waiting.until - at : 0;
    return {
      ...this.#fixed,
      done,
      total: this.total,
      reused: this.reused,
      errors: this.#totals.failed,
      inFlight: this.inFlight,
      rate,
      remaining: rate > 0 ? (this.total - done) / rate : null,
      tokens: totalTokens(this.#totals.usage),
      cost: totalCost(this.#totals.usage),
      connections: this.#connections && { active: this.#connections.active, limit: this.#connections.limit },
      retries: { ...this.retries },
      waiting: this.#waiting && waitMs > 0 ? { reason: this.#waiting.reason, ms: Math.round(waitMs) } : null,
    };
  }

  #rate(at: number, done: number): number {
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && this.#marks[1]!.at < at - WINDOW_MS) this.#marks.shift();
    const [first] = this.#marks;
    const seconds = (at - first!.at) / 1000;
    return seconds > 0 ? (done - first!.done) / seconds : 0;
  }
}
