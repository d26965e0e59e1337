import { type ChatMessage, emptyOutput, type ModelOutput, messageText, withText } from './chat.ts';
import { SemanticsError } from './error.ts';
import type { Sample } from './sample.ts';

/** One option of a multiple-choice sample; `correct` is what the model's answer marked, null before it answered. */
interface ChoiceMark {
  value: string;
  correct: boolean | null;
}

/** What a sample's solvers pass along and change in place. */
export interface TaskState {
  readonly model: string;
  readonly sampleId: number | string;
  /** 1-based. */
  readonly epoch: number;
  readonly input: string | ChatMessage[];
  messages: ChatMessage[];
  output: ModelOutput;
  choices: ChoiceMark[];
  readonly target: string[];
  metadata: Record<string, unknown>;
  store: Record<string, unknown>;
  /** Set by whoever wants the solver chain to stop before its next step (a limit, an early end). */
  completed: boolean;
}

export function createTaskState(sample: Sample, epoch: number, model: string): TaskState {
  const { input } = sample;
  return {
    model,
    sampleId: sample.id,
    epoch,
    input,
    messages:
      typeof input === 'string'
        ? [{ role: 'user', content: input, source: 'input' }]
        : input.map((message) => ({ ...message, source: message.source ?? 'input' })),
    output: emptyOutput(model),
    choices: (sample.choices ?? []).map((value) => ({ value, correct: null })),
    target: typeof sample.target === 'string' ? [sample.target] : sample.target,
    metadata: { ...sample.metadata },
    store: {},
    completed: false,
  };
}

/** Index of the last user message, the one that prompt solvers rewrite. Throws `no-user-message`. */
function userPromptIndex(messages: ChatMessage[]): number {
  const index = messages.findLastIndex((message) => message.role === 'user');
  if (index < 0) {
    throw new SemanticsError('no-user-message', 'the sample has no user message to build the prompt from');
  }
  return index;
}

export function userPrompt(state: TaskState): ChatMessage {
  return state.messages[userPromptIndex(state.messages)]!;
}

export function setUserPromptText(state: TaskState, text: string): void {
  const index = userPromptIndex(state.messages);
  state.messages[index] = withText(state.messages[index]!, text);
}

/** The sample's input as text: itself when a string, else the last user message of the list. */
export function inputText(state: TaskState): string {
  if (typeof state.input === 'string') return state.input;
  return messageText(state.input[userPromptIndex(state.input)]!);
}

/** Marks choice `index` as chosen or not chosen; marking one settles nothing about the others. */
export function markChoice(state: TaskState, index: number, correct: boolean): void {
  const choice = state.choices[index];
  if (choice) choice.correct = correct;
}
