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
  dead?: Spell;
  /** After so many requests, all are answered with 429 for so many seconds. */
  storm?: Spell;
  seed?: number;
}

interface Spell {
  afterRequests: number;
  seconds: number;
}

export type Failure = 'rate-limited' | 'server-error' | 'stall' | 'truncated' | 'not-json' | 'dead';

/** Decides the fate of each request, in order of arrival. */
export function createFailures(plan: FailurePlan): () => Failure | null {
  const random = createRandom(plan.seed ?? 1);
  let requests = 0;
  const spells = [createSpell('dead', plan.dead), createSpell('rate-limited', plan.storm)];
  const shares: [Failure, number][] = [
    ['rate-limited', plan.rateLimited ?? 0],
    ['server-error', plan.serverErrors ?? 0],
    ['stall', plan.stalls ?? 0],
    ['truncated', plan.truncated ?? 0],
    ['not-json', plan.notJson ?? 0],
  ];
  return () => {
    requests++;
    // All of them are asked each time: one may begin while another lasts.
    const sick = spells.map((failureAt) => failureAt(requests)).find((failure) => failure !== null);
    if (sick) return sick;
    let draw = random();
    for (const [failure, share] of shares) {
      if (draw < share) return failure;
      draw -= share;
    }
    return null;
  };
}

/** Told the number of each request; begins behind its own and ends by the clock. */
function createSpell(failure: Failure, spell: Spell | undefined): (request: number) => Failure | null {
  let until = 0;
  return (request) => {
    if (request === (spell?.afterRequests ?? 0) + 1) until = Date.now() + (spell?.seconds ?? 0) * 1000;
    return Date.now() < until ? failure : null;
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
