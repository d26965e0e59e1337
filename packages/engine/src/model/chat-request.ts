import type { ChatMessage, ContentPart } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { parseChatAnswer } from './chat-answer.ts';
import type { ModelWire } from './openai-model.ts';

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Settings of ours, and what the chat completions interface calls them, in the order in which they are sent. */
const settings: [name: keyof GenerateConfig & string, wire: string][] = [
  ['frequency_penalty', 'frequency_penalty'],
  ['logit_bias', 'logit_bias'],
  ['logprobs', 'logprobs'],
  ['max_tokens', 'max_tokens'],
  ['num_choices', 'n'],
  ['presence_penalty', 'presence_penalty'],
  ['reasoning_effort', 'reasoning_effort'],
  ['seed', 'seed'],
  ['stop_seqs', 'stop'],
  ['temperature', 'temperature'],
  ['top_logprobs', 'top_logprobs'],
  ['top_p', 'top_p'],
];
/** Settings that are floats by definition: Inspect sends 0.0 where JSON.stringify writes 0. */
const floats = new Set(['frequency_penalty', 'presence_penalty', 'temperature', 'top_p']);

/**
 * The JSON body of a chat completion request, byte for byte as Inspect 0.3.285 sends it for the settings above.
 * Nothing is sent for a setting that is not set.
 */
function toChatBody(model: string, messages: ChatMessage[], config: GenerateConfig): string {
  const all = config.system_message
    ? [{ role: 'system' as const, content: config.system_message }, ...messages]
    : messages;
  const body: Record<string, unknown> = { model, messages: all.map(toWireMessage) };
  for (const [name, wire] of settings) {
    const value = config[name];
    if (value === undefined || value === null) continue;
    body[wire] = floats.has(name) ? toFloat(value as number) : value;
  }
  return JSON.stringify({ ...body, ...config.extra_body });
}

/** A whole number with its `.0`, as Python writes floats. */
export function toFloat(value: number): unknown {
  return Number.isInteger(value) ? rawJson(value.toFixed(1)) : value;
}

function toWireMessage(message: ChatMessage): object {
  const { role, content } = message;
  if (typeof content === 'string') return { role, content };
  if (role === 'assistant' || role === 'system') return { role, content: textOf(content) };
  return { role, content: content.map(toWirePart) };
}

/** Reasoning is not sent back: endpoints differ in whether they take it. */
function textOf(content: ContentPart[]): string {
  return content.flatMap((part) => (part.type === 'text' ? [String(part.text)] : [])).join('\n');
}

function toWirePart(part: ContentPart): object {
  if (part.type === 'image')
    return { type: 'image_url', image_url: { url: part.image, detail: part.detail } };
  if (part.type === 'text') return { type: 'text', text: part.text };
  return { type: 'text', text: `(${part.type})` };
}

/** The chat completions interface. */
export const chatWire: ModelWire = {
  path: '/chat/completions',
  toBody: toChatBody,
  parseAnswer: parseChatAnswer,
};
