import type { TaskState } from '../state.ts';
import type { Variables } from '../template.ts';

/** What a message template may name: metadata, then the store, then the step's own parameters, later ones winning. */
export function templateVariables(state: TaskState, params: Variables): Variables {
  return { ...state.metadata, ...state.store, ...params };
}

/** A step's arguments without `template`: its parameters. */
export function parametersOf(args: Record<string, unknown>): Variables {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'template'));
}
