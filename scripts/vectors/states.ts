import { outputFromText } from '../../packages/engine/src/semantics/chat.ts';
import type { SemanticsContext } from '../../packages/engine/src/semantics/context.ts';
import type { TemplateSet } from '../../packages/engine/src/semantics/prompts.ts';
import type { Sample } from '../../packages/engine/src/semantics/sample.ts';
import { createTaskState, type TaskState } from '../../packages/engine/src/semantics/state.ts';

/** A state in which the model has answered. */
export function answeredState(completion: string, sample: Partial<Sample> = {}): TaskState {
  const state = createTaskState({ id: 1, input: 'question', target: '', ...sample }, 1, 'model');
  state.output = outputFromText('model', completion);
  return state;
}

/** A context whose side calls get the replies in order. */
export function scriptedContext(templates: TemplateSet, replies: string[] = []): SemanticsContext {
  let next = 0;
  return {
    templates,
    callModel: async () => {
      next += 1;
      return outputFromText('judge', replies[next - 1] ?? '');
    },
    modelsForRole: () => [],
  };
}

export function targetList(target: string | string[]): string[] {
  return Array.isArray(target) ? target : [target];
}
