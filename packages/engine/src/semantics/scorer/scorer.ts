import type { SemanticsContext } from '../context.ts';
import type { Metric } from '../metric.ts';
import type { Score } from '../scores.ts';
import type { TaskState } from '../state.ts';

export interface Scorer {
  readonly name: string;
  /** What the scorer's values are summed up by when the task file says nothing else (it cannot). */
  readonly metrics: Metric[];
  score(state: TaskState, target: string[]): Score | Promise<Score>;
}

/** Builds a scorer from its arguments; a wrong argument throws here, before any sample runs. */
export type ScorerFactory = (args: Record<string, unknown>, context: SemanticsContext) => Scorer;
