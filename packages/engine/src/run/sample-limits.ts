import type { TaskState } from '../semantics/state.ts';
import type { SampleLimits } from '../task/run-plan.ts';

/** Thrown inside a sample to end its solvers; it is scored as it stands and counts as completed. */
export class LimitReached extends Error {
  readonly type: 'message' | 'token' | 'time';
  readonly limit: number;

  constructor(type: 'message' | 'token' | 'time', limit: number) {
    super(`the ${type} limit of ${limit} is reached`);
    this.name = 'LimitReached';
    this.type = type;
    this.limit = limit;
  }
}

/** Before a call: a conversation at its limit, or tokens used up, allow no further one. */
export function assertMayCall(state: TaskState, tokens: number, limits: SampleLimits): void {
  assertMessages(state, limits);
  if (limits.message !== undefined && state.messages.length >= limits.message) {
    throw new LimitReached('message', limits.message);
  }
  if (limits.token !== undefined && tokens >= limits.token) throw new LimitReached('token', limits.token);
}

/** After messages were added: those beyond the limit are taken back. */
export function assertMessages(state: TaskState, limits: SampleLimits): void {
  if (limits.message === undefined || state.messages.length <= limits.message) return;
  state.messages.length = limits.message;
  throw new LimitReached('message', limits.message);
}

/** After a call: the reply that crosses the limit is not taken. */
export function assertTokens(tokens: number, limits: SampleLimits): void {
  if (limits.token !== undefined && tokens > limits.token) throw new LimitReached('token', limits.token);
}
