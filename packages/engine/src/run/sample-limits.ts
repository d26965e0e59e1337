import type { TaskState } from '../semantics/state.ts';
import type { SampleLimits } from '../task/run-plan.ts';

/** Thrown inside a sample to end its solvers; it is scored as it stands and counts as completed. */
export class LimitReached extends Error {
  readonly type: keyof SampleLimits;
  readonly limit: number;

  constructor(type: keyof SampleLimits, limit: number) {
    super(`the ${type} limit of ${limit} is reached`);
    this.name = 'LimitReached';
    this.type = type;
    this.limit = limit;
  }
}

/** What a sample has used up so far. */
export interface Spent {
  tokens: number;
  /** Calls of the evaluated model in the conversation. */
  turns: number;
  /** Seconds. */
  working: number;
  /** Dollars. */
  cost: number;
}

/** Before a call: a conversation at its limit, or means used up, allow no further one. */
export function assertMayCall(state: TaskState, spent: Spent, limits: SampleLimits): void {
  assertMessages(state, limits);
  if (limits.message !== undefined && state.messages.length >= limits.message) {
    throw new LimitReached('message', limits.message);
  }
  if (limits.token !== undefined && spent.tokens >= limits.token) {
    throw new LimitReached('token', limits.token);
  }
  if (limits.cost !== undefined && spent.cost >= limits.cost) throw new LimitReached('cost', limits.cost);
  if (limits.turn !== undefined && spent.turns >= limits.turn) throw new LimitReached('turn', limits.turn);
  if (limits.working !== undefined && spent.working >= limits.working) {
    throw new LimitReached('working', limits.working);
  }
}

/** After messages were added: those beyond the limit are taken back. */
export function assertMessages(state: TaskState, limits: SampleLimits): void {
  if (limits.message === undefined || state.messages.length <= limits.message) return;
  state.messages.length = limits.message;
  throw new LimitReached('message', limits.message);
}

/** After a call: the reply that crosses the limit is not taken. */
export function assertSpent(spent: Spent, limits: SampleLimits): void {
  if (limits.token !== undefined && spent.tokens > limits.token)
    throw new LimitReached('token', limits.token);
  if (limits.cost !== undefined && spent.cost > limits.cost) throw new LimitReached('cost', limits.cost);
  if (limits.working !== undefined && spent.working > limits.working) {
    throw new LimitReached('working', limits.working);
  }
}
