import { watchAbort } from './abort-watch.ts';

/** How a call went, as far as the number of calls is concerned. */
export type CallOutcome = 'ok' | 'rate-limited' | 'overloaded' | 'failed';

/** Why a limit rose or fell; the first three are Inspect's names. */
export interface LimitChange {
  /** Milliseconds since 1970. */
  at: number;
  from: number;
  to: number;
  reason: 'slow_start' | 'steady_state_up' | 'rate_limit' | 'overload';
}

/**
 * How many calls may be under way; Inspect's rules for `max_connections` and adaptive connections. Beyond them, an
 * endpoint that fails (5xx, cut or stalled connections) for much of a round is taken for overloaded and left more air
 * too; a few random failures change nothing.
 */
export interface ConnectionLimit {
  /** Waits for a free connection. Rejects with the signal's reason when aborted first. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Gives it back, and says how the call went; null when that is not known yet and is told to `count`. */
  release(outcome: CallOutcome | null): void;
  count(outcome: CallOutcome): void;
  /** Connections allowed now. */
  readonly limit: number;
  /** Calls under way now. */
  readonly active: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  /** The newest changes, at most {@link KEPT_CHANGES}. */
  readonly history: LimitChange[];
}

export interface AdaptiveRange {
  start: number;
  min: number;
  max: number;
}

const COOL_DOWN_MS = 15_000;
const KEPT_CHANGES = 200;
/** Share of a round's calls whose failure means that there are too many of them. */
const OVERLOAD = 0.25;

/** @param size a fixed number, or a range within which the limit finds its own level */
export function createConnectionLimit(size: number | AdaptiveRange): ConnectionLimit {
  return new Limit(typeof size === 'number' ? { start: size, min: size, max: size } : size);
}

class Limit implements ConnectionLimit {
  limit: number;
  active = 0;
  readonly history: LimitChange[] = [];
  readonly #range: AdaptiveRange;
  #waiting: { grant(): void }[] = [];
  #slowStart = true;
  #coolUntil = 0;
  /** Successes of the current round, and how many of them with the limit nearly used up. */
  #successes = 0;
  #saturated = 0;
  #troubles = 0;

  constructor(range: AdaptiveRange) {
    this.#range = range;
    this.limit = range.start;
  }

  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.active < this.limit) {
      this.active++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiter = {
        grant: () => {
          unwatch();
          resolve();
        },
      };
      const unwatch = watchAbort(signal, () => {
        unwatch();
        this.#waiting = this.#waiting.filter((one) => one !== waiter);
        reject(signal.reason);
      });
      this.#waiting.push(waiter);
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  release(outcome: CallOutcome | null): void {
    if (outcome !== null) this.count(outcome);
    this.active--;
    this.#wake();
  }

  count(outcome: CallOutcome): void {
    if (outcome === 'rate-limited') this.#shrink('rate_limit');
    else if (outcome !== 'failed') this.#countInRound(outcome === 'ok', this.active >= this.limit * 0.8);
    this.#wake();
  }

  #wake(): void {
    while (this.active < this.limit && this.#waiting.length > 0) {
      this.active++;
      this.#waiting.shift()!.grant();
    }
  }

  /** A round is as many calls as the limit; it may rise when the limit was in use for most of it. */
  #countInRound(ok: boolean, saturated: boolean): void {
    if (this.#range.max === this.#range.min) return;
    if (ok) this.#successes++;
    else this.#troubles++;
    if (ok && saturated) this.#saturated++;
    const calls = this.#successes + this.#troubles;
    if (calls < Math.max(this.limit, 4)) return;
    const overloaded = this.#troubles / calls >= OVERLOAD;
    const used = this.#saturated / calls >= 0.8;
    this.#successes = 0;
    this.#saturated = 0;
    this.#troubles = 0;
    if (overloaded) this.#shrink('overload');
    else if (used && Date.now() >= this.#coolUntil) this.#grow();
  }

  #grow(): void {
    const next = this.#slowStart ? this.limit * 2 : Math.ceil((this.limit * 1.05) / 5) * 5;
    this.#setLimit(Math.min(next, this.#range.max), this.#slowStart ? 'slow_start' : 'steady_state_up');
  }

  #shrink(reason: 'rate_limit' | 'overload'): void {
    this.#slowStart = false;
    if (Date.now() < this.#coolUntil) return;
    this.#coolUntil = Date.now() + COOL_DOWN_MS;
    this.#setLimit(Math.max(Math.floor(this.limit * 0.8), this.#range.min), reason);
  }

  #setLimit(limit: number, reason: LimitChange['reason']): void {
    if (limit === this.limit) return;
    this.history.push({ at: Date.now(), from: this.limit, to: limit, reason });
    if (this.history.length > KEPT_CHANGES) this.history.shift();
    this.limit = limit;
  }
}
