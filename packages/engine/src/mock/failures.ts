/** What goes wrong, and how often. Shares are 0 to 1 of the requests, drawn with a fixed seed. */
export interface FailurePlan {
  /** Answered with 429. */
  rateLimited?: number;
  /** Seconds in the `Retry-After` header of a 429. */
  retryAfter?: number;
  /** Answered with 500, 502 or 503. */
  serverErrors?: number;
  /** Never answered: the client must give up. */
  stalls?: number;
  /** The connection closes in the middle of the body. */
  truncated?: number;
  /** Answered 200 with a body that is no JSON. */
  notJson?: number;
  /** After so many requests, all connections are cut for so many seconds. */
  dead?: { afterRequests: number; seconds: number };
  seed?: number;
}

export type Failure = 'rate-limited' | 'server-error' | 'stall' | 'truncated' | 'not-json' | 'dead';

/** Decides the fate of each request, in order of arrival. */
export function createFailures(plan: FailurePlan): () => Failure | null {
  const random = createRandom(plan.seed ?? 1);
  let requests = 0;
  let deadUntil = 0;
  const shares: [Failure, number][] = [
    ['rate-limited', plan.rateLimited ?? 0],
    ['server-error', plan.serverErrors ?? 0],
    ['stall', plan.stalls ?? 0],
    ['truncated', plan.truncated ?? 0],
    ['not-json', plan.notJson ?? 0],
  ];
  return () => {
    requests++;
    if (plan.dead && requests === plan.dead.afterRequests + 1)
      deadUntil = Date.now() + plan.dead.seconds * 1000;
    if (Date.now() < deadUntil) return 'dead';
    let draw = random();
    for (const [failure, share] of shares) {
      if (draw < share) return failure;
      draw -= share;
    }
    return null;
  };
}

/** Mulberry32: 0 to 1, the same sequence for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
