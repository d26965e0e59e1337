import { type ChatChoice, type ChatMessage, messageText } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { parseWire, toOutput, toStopReason, type WireAnswer } from './chat-answer.ts';
import { toFloat } from './chat-request.ts';
import { CallFailure } from './model.ts';
import type { ModelWire } from './openai-model.ts';

/** As the older interface lays them out: arrays side by side. */
interface WireLogprobs {
  tokens?: string[];
  token_logprobs?: (number | null)[];
  top_logprobs?: (Record<string, number> | null)[] | null;
  /** Characters before each token. */
  text_offset?: number[];
}

interface WireCompletion extends Omit<WireAnswer, 'choices'> {
  choices?: {
    index?: number;
    text?: string;
    finish_reason?: string | null;
    logprobs?: WireLogprobs | null;
  }[];
}

/** One token and its log-probability, as the chat interface and Inspect's log lay it out. */
export interface TokenLogprob {
  token: string;
  /** NaN where the endpoint gave none, as for the first token of a prompt. */
  logprob: number;
  top_logprobs?: { token: string; logprob: number }[];
  /** Characters before the token, where the endpoint says so. */
  text_offset?: number;
}

const settings: [name: keyof GenerateConfig & string, wire: string, isFloat?: true][] = [
  ['top_p', 'top_p', true],
  ['frequency_penalty', 'frequency_penalty', true],
  ['presence_penalty', 'presence_penalty', true],
  ['seed', 'seed'],
  ['stop_seqs', 'stop'],
  ['num_choices', 'n'],
];

/**
 * The completions interface: one prompt without a chat template, as base models need it. As in Inspect, the
 * conversation must be one user message, and one token at temperature 0 is asked for when nothing is said.
 */
export const completionWire: ModelWire = {
  path: '/completions',
  toBody(model, messages, config) {
    const body: Record<string, unknown> = {
      model,
      prompt: toPrompt(messages),
      max_tokens: config.max_tokens ?? 1,
      temperature: toFloat(config.temperature ?? 0),
    };
    for (const [name, wire, isFloat] of settings) {
      const value = config[name];
      if (value !== undefined && value !== null) body[wire] = isFloat ? toFloat(value as number) : value;
    }
    if (config.logprobs) body.logprobs = config.top_logprobs ?? 1;
    return JSON.stringify({ ...body, ...config.extra_body });
  },
  parseAnswer(answer, model) {
    const wire = parseWire<WireCompletion>(answer);
    if (!Array.isArray(wire?.choices) || typeof wire.choices[0]?.text !== 'string') {
      throw new CallFailure('bad-answer', 'the answer holds no choices', { status: 200 });
    }
    const answered = wire.model ?? model;
    const choices = wire.choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
    return toOutput(wire, answer, { answered, choices: choices.map((one) => toChoice(one, answered)) });
  },
};

function toPrompt(messages: ChatMessage[]): string {
  const [only] = messages;
  const text = only && messages.length === 1 && only.role === 'user' ? messageText(only) : '';
  if (text !== '') return text;
  throw new CallFailure('refused', 'the completions interface takes one user message with a text');
}

function toChoice(choice: NonNullable<WireCompletion['choices']>[number], model: string): ChatChoice {
  const read: ChatChoice = {
    message: { role: 'assistant', content: choice.text ?? '', source: 'generate', model },
    stop_reason: toStopReason(choice.finish_reason),
  };
  const content = toTokens(choice.logprobs);
  if (content.length > 0) read.logprobs = { content };
  return read;
}

function toTokens(logprobs: WireLogprobs | null | undefined): TokenLogprob[] {
  const {
    tokens = [],
    token_logprobs: values = [],
    top_logprobs: tops,
    text_offset: offsets,
  } = logprobs ?? {};
  return tokens.map((token, at) => {
    const one: TokenLogprob = { token, logprob: values[at] ?? Number.NaN };
    const top = tops?.[at];
    if (top) one.top_logprobs = Object.entries(top).map(([each, logprob]) => ({ token: each, logprob }));
    if (offsets?.[at] !== undefined) one.text_offset = offsets[at];
    return one;
  });
}
