/** How many calls may be under way; see Inspect's rules for `max_connections` and adaptive connections. */
export interface ConnectionLimit {
  /** Waits for a free connection. Rejects with the signal's reason when aborted first. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Gives it back, and says how the call went. */
  release(outcome: 'ok' | 'rate-limited' | 'failed'): void;
  /** Connections allowed now. */
  readonly limit: number;
  /** Calls under way now. */
  readonly active: number;
  readonly history: { time: string; limit: number }[];
}

export interface AdaptiveRange {
  start: number;
  min: number;
  max: number;
}

const COOL_DOWN_MS = 15_000;

/** @param size a fixed number, or a range within which the limit finds its own level */
export function createConnectionLimit(size: number | AdaptiveRange): ConnectionLimit {
  return new Limit(typeof size === 'number' ? { start: size, min: size, max: size } : size);
}

class Limit implements ConnectionLimit {
  limit: number;
  active = 0;
  readonly history: { time: string; limit: number }[] = [];
  readonly #range: AdaptiveRange;
  #waiting: { grant(): void }[] = [];
  #slowStart = true;
  #coolUntil = 0;
  /** Successes of the current round, and how many of them with the limit nearly used up. */
  #successes = 0;
  #saturated = 0;

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
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waiter);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  release(outcome: 'ok' | 'rate-limited' | 'failed'): void {
    const wasSaturated = this.active >= this.limit * 0.8;
    this.active--;
    if (outcome === 'rate-limited') this.#shrink();
    else if (outcome === 'ok') this.#count(wasSaturated);
    this.#wake();
  }

  #wake(): void {
    while (this.active < this.limit && this.#waiting.length > 0) {
      this.active++;
      this.#waiting.shift()!.grant();
    }
  }

  /** A round is as many successes as the limit; it may rise when the limit was in use for most of it. */
  #count(saturated: boolean): void {
    if (this.#range.max === this.#range.min) return;
    this.#successes++;
    if (saturated) this.#saturated++;
    if (this.#successes < Math.max(this.limit, 4)) return;
    const used = this.#saturated / this.#successes >= 0.8;
    this.#successes = 0;
    this.#saturated = 0;
    if (!used || Date.now() < this.#coolUntil) return;
    const next = this.#slowStart ? this.limit * 2 : Math.ceil((this.limit * 1.05) / 5) * 5;
    this.#setLimit(Math.min(next, this.#range.max));
  }

  #shrink(): void {
    this.#slowStart = false;
    if (Date.now() < this.#coolUntil) return;
    this.#coolUntil = Date.now() + COOL_DOWN_MS;
    this.#setLimit(Math.max(Math.floor(this.limit * 0.8), this.#range.min));
  }

  #setLimit(limit: number): void {
    if (limit === this.limit) return;
    this.limit = limit;
    this.history.push({ time: new Date().toISOString(), limit });
  }
}
