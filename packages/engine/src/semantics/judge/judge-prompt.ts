import type { ChatMessage, ContentPart } from '../chat.ts';
import { inputText, type TaskState } from '../state.ts';
import { strictTemplate, type Variables } from '../template.ts';
import { chatHistory } from './chat-history.ts';

export interface JudgePromptForm {
  template: string;
  instructions: string;
  /** Show the judge the whole conversation instead of the question alone. */
  includeHistory: boolean;
}

/** Writes the message that a judge gets about one sample. */
export type JudgePrompt = (state: TaskState, target: string[]) => ChatMessage;

const ownNames = new Set(['question', 'answer', 'criterion', 'instructions']);
const mediaTypes = new Set(['image', 'audio', 'video']);
const dataMark = /\[(?:BEGIN|END) DATA\]/gi;

export function createJudgePrompt(form: JudgePromptForm): JudgePrompt {
  const template = strictTemplate(form.template);
  return (state, target) => {
    const media = mediaOf(state);
    const text = template.render({
      ...judgeMetadata(state.metadata),
      question: withoutDataMarks(form.includeHistory ? chatHistory(state.messages) : inputText(state)),
      answer: withMediaNote(withoutDataMarks(state.output.completion), media),
      criterion: withoutDataMarks(target.join('')),
      instructions: form.instructions,
    });
    const content = media.length === 0 ? text : [{ type: 'text' as const, text }, ...media];
    return { role: 'user', content };
  };
}

/** Marks that could close the template's data block early, and let an answer speak to the judge, are defused. */
export function withoutDataMarks(text: string): string {
  return text.replace(dataMark, (mark) => mark.replace(' ', '-'));
}

function judgeMetadata(metadata: Record<string, unknown>): Variables {
  const entries = Object.entries(metadata).filter(([name]) => !ownNames.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, defused(value)]));
}

function defused(value: unknown): unknown {
  if (typeof value === 'string') return withoutDataMarks(value);
  if (Array.isArray(value)) return value.map(defused);
  const isMapping =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isMapping) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, defused(item)]));
}

function mediaOf(state: TaskState): ContentPart[] {
  const content = state.output.choices[0]?.message.content;
  return Array.isArray(content) ? content.filter((part) => mediaTypes.has(part.type)) : [];
}

function withMediaNote(answer: string, media: ContentPart[]): string {
  if (media.length === 0) return answer;
  return answer === '' ? 'See attached media' : `${answer} (see also attached media)`;
}
