import type { ChatChoice, ChatMessage, ModelOutput, ModelUsage, StopReason } from '../semantics/chat.ts';
import { messageText, outputFromText } from '../semantics/chat.ts';
import type { HttpAnswer } from './answer-parser.ts';
import { CallFailure } from './model.ts';

/** Some endpoints answer in parts; their reasoning is a text, or parts again. */
interface WirePart {
  type?: string;
  text?: string;
  thinking?: string | WirePart[];
}

interface WireMessage {
  content?: string | WirePart[] | null;
  refusal?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
}

export interface WireAnswer {
  id?: string;
  model?: string;
  provider?: string;
  system_fingerprint?: string | null;
  choices?: { index?: number; message?: WireMessage; finish_reason?: string | null; logprobs?: unknown }[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    total_tokens?: number;
    prompt_tokens_details?: { cached_tokens?: number } | null;
    completion_tokens_details?: { reasoning_tokens?: number } | null;
  } | null;
}

/** Headers in which routers name who really answered. */
const providerHeaders = ['x-inference-provider', 'x-provider'];

/**
 * The output in an answer with status 200.
 * @throws CallFailure `bad-answer` when it is cut off, no JSON, or holds no choice
 */
export function parseChatAnswer(answer: HttpAnswer, model: string): ModelOutput {
  const wire = parseWire<WireAnswer>(answer);
  if (!Array.isArray(wire?.choices) || !wire.choices[0]?.message) {
    throw new CallFailure('bad-answer', 'the answer holds no choices', { status: 200 });
  }
  const answered = wire.model ?? model;
  const choices = wire.choices
    .toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
    .map((choice) => toChoice(choice, answered));
  return toOutput(wire, answer, { answered, choices });
}

/** Throws CallFailure `bad-answer`. */
export function parseWire<T>(answer: HttpAnswer): T {
  try {
    return JSON.parse(answer.body) as T;
  } catch {
    throw new CallFailure('bad-answer', `the answer is not JSON (${answer.body.length} characters)`, {
      status: 200,
    });
  }
}

/** Choices, and beside them what every interface tells of a call: who answered, and what it used. */
export function toOutput(
  wire: Omit<WireAnswer, 'choices'>,
  answer: HttpAnswer,
  { answered, choices }: { answered: string; choices: ChatChoice[] },
): ModelOutput {
  const output: ModelOutput = { model: answered, choices, completion: messageText(choices[0]!.message) };
  const usage = toUsage(wire.usage);
  if (usage) output.usage = usage;
  const metadata = toMetadata(wire, answer);
  if (Object.keys(metadata).length > 0) output.metadata = metadata;
  return output;
}

function toChoice(choice: NonNullable<WireAnswer['choices']>[number], model: string): ChatChoice {
  const read: ChatChoice = {
    message: { role: 'assistant', content: toContent(choice.message ?? {}), source: 'generate', model },
    stop_reason: toStopReason(choice.finish_reason),
  };
  if (choice.logprobs) read.logprobs = choice.logprobs;
  return read;
}

/** Reasoning is kept apart from the answer: it must never be scored. */
function toContent(message: WireMessage): ChatMessage['content'] {
  const said = message.content || '';
  const text = message.refusal || toText(said);
  const reasoning = message.reasoning_content || message.reasoning || toThinking(said);
  if (reasoning) {
    return [
      { type: 'reasoning', reasoning },
      { type: 'text', text },
    ];
  }
  const think = /<think[^>]*>([\s\S]*?)<\/think>/.exec(text);
  if (!think?.[1]?.trim()) return text;
  const rest = (text.slice(0, think.index) + text.slice(think.index + think[0].length)).trim();
  return [
    { type: 'reasoning', reasoning: think[1].trim() },
    { type: 'text', text: rest || text },
  ];
}

/** Pieces of one text. */
function toText(content: string | WirePart[]): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

function toThinking(content: string | WirePart[]): string {
  if (typeof content === 'string') return '';
  return content.map((part) => toText(part?.thinking ?? '')).join('');
}

export function toStopReason(reason: string | null | undefined): StopReason {
  if (reason === 'stop' || reason === 'eos') return 'stop';
  if (reason === 'length' || reason === 'max_tokens') return 'max_tokens';
  if (reason === 'tool_calls' || reason === 'function_call') return 'tool_calls';
  if (reason === 'content_filter' || reason === 'model_length') return reason;
  return 'unknown';
}

function toUsage(wire: WireAnswer['usage']): ModelUsage | null {
  if (!wire) return null;
  const input = wire.prompt_tokens ?? 0;
  const output = wire.completion_tokens ?? 0;
  const cached = wire.prompt_tokens_details?.cached_tokens ?? 0;
  const reasoning = wire.completion_tokens_details?.reasoning_tokens;
  const usage: ModelUsage = {
    input_tokens: input - cached,
    output_tokens: output,
    total_tokens: wire.total_tokens ?? input + output,
  };
  if (cached > 0) usage.input_tokens_cache_read = cached;
  if (reasoning) usage.reasoning_tokens = reasoning;
  return usage;
}

function toMetadata(wire: Omit<WireAnswer, 'choices'>, answer: HttpAnswer): Record<string, unknown> {
  const metadata: Record<string, unknown> = {};
  const provider = wire.provider ?? providerHeaders.map((name) => answer.headers[name]).find(Boolean);
  if (provider) metadata.provider = String(provider);
  if (wire.system_fingerprint) metadata.system_fingerprint = wire.system_fingerprint;
  if (wire.id) metadata.response_id = wire.id;
  return metadata;
}

/**
 * What an answer with another status means: an output when the endpoint declines the prompt itself, else a failure.
 * @param secret struck out of whatever the endpoint said
 */
export function readErrorAnswer(
  answer: HttpAnswer,
  model: string,
  secret: string,
): ModelOutput | CallFailure {
  const { code, type, message } = toErrorBody(answer.body);
  const said = strike(message, secret).slice(0, 500);
  const { status } = answer;
  if (status === 400 || status === 413) {
    const reason = toDeclined(code, type, message);
    if (reason) {
      const output = outputFromText(model, said);
      output.choices[0]!.stop_reason = reason;
      return { ...output, error: said };
    }
  }
  const text = `the endpoint answered ${status}: ${said}`;
  const retryAfterMs = toRetryAfter(answer.headers['retry-after']);
  if (status === 429) return new CallFailure('rate-limited', text, { status, retryAfterMs });
  if (status === 408) return new CallFailure('timeout', text, { status, retryAfterMs });
  if (status >= 500) return new CallFailure('server-error', text, { status, retryAfterMs });
  if (status === 401 || status === 403) return new CallFailure('unauthorized', text, { status });
  return new CallFailure('refused', text, { status });
}

function toErrorBody(body: string): { code: string; type: string; message: string } {
  try {
    const parsed = JSON.parse(body) as { error?: unknown; message?: unknown };
    const error = (typeof parsed.error === 'object' ? parsed.error : null) as Record<string, unknown> | null;
    const message = error?.message ?? parsed.error ?? parsed.message ?? body;
    return { code: String(error?.code ?? ''), type: String(error?.type ?? ''), message: String(message) };
  } catch {
    return { code: '', type: '', message: body };
  }
}

function toDeclined(code: string, type: string, message: string): StopReason | null {
  if (code === 'context_length_exceeded' || /maximum context length|context window/i.test(message)) {
    return 'model_length';
  }
  const policies = [
    'invalid_prompt',
    'content_policy_violation',
    'content_filter',
    'bio_policy',
    'cyber_policy',
  ];
  if (policies.includes(code)) return 'content_filter';
  return type === 'invalid_request_error' && message.includes('blocked') ? 'content_filter' : null;
}

function strike(text: string, secret: string): string {
  return secret === '' ? text : text.replaceAll(secret, '[hidden]');
}

/** Seconds or a date; in milliseconds. */
function toRetryAfter(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}
