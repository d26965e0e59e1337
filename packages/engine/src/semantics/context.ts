import type { ChatMessage, ModelOutput } from './chat.ts';
import type { GenerateConfig } from './generate-config.ts';
import type { TemplateSet } from './prompts.ts';
import type { TaskState } from './state.ts';

/** Step of an eval.yaml: the name of a solver or scorer and its arguments. */
export interface Step {
  name: string;
  args: Record<string, unknown>;
}

/** A call outside the sample's own conversation: a judge or a critic. */
export interface SideCall {
  /** The evaluated model when null. */
  model: string | null;
  /** Role under which usage is booked. */
  role?: string;
  messages: ChatMessage[];
  config?: GenerateConfig;
}

/** What the pure rules need from whoever runs them. One per task; the state names the sample. */
export interface SemanticsContext {
  templates: TemplateSet;
  callModel(state: TaskState, call: SideCall): Promise<ModelOutput>;
  /** Models bound to a role by the user, in order; empty when the role is free. */
  modelsForRole(role: string): string[];
}
