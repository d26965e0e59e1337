/**
 * Messages and model outputs in the shape Inspect gives them in its log (hence the snake_case), and how their
 * text is read and rewritten.
 */

interface TextPart {
  type: 'text';
  text: string;
}

interface ImagePart {
  type: 'image';
  /** A data URI or URL. Local paths are never read. */
  image: string;
  detail: 'auto' | 'low' | 'high';
}

interface ReasoningPart {
  type: 'reasoning';
  reasoning: string;
}

interface OtherPart {
  type: 'audio' | 'video' | 'document' | 'data' | 'tool_use';
  [field: string]: unknown;
}

export type ContentPart = TextPart | ImagePart | ReasoningPart | OtherPart;

export interface ToolCall {
  id: string;
  function: string;
  arguments: Record<string, unknown>;
  type?: string;
}

export interface ChatMessage {
  id?: string;
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string | ContentPart[];
  source?: 'input' | 'generate' | 'operator';
  metadata?: Record<string, unknown>;
  /** Assistant messages. */
  model?: string;
  tool_calls?: ToolCall[];
  /** Tool messages. */
  tool_call_id?: string;
  function?: string;
}

export type StopReason = 'stop' | 'max_tokens' | 'model_length' | 'tool_calls' | 'content_filter' | 'unknown';

/** Token counts; cost in dollars. */
export interface ModelUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  input_tokens_cache_write?: number;
  input_tokens_cache_read?: number;
  reasoning_tokens?: number;
  total_cost?: number;
}

export interface ChatChoice {
  message: ChatMessage;
  stop_reason: StopReason;
  logprobs?: unknown;
}

export interface ModelOutput {
  model: string;
  choices: ChatChoice[];
  completion: string;
  usage?: ModelUsage;
  /** Seconds. */
  time?: number;
  metadata?: Record<string, unknown>;
  error?: string;
}

/** The text of a message: its text parts joined by newline. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content;
  return message.content
    .flatMap((part) => (part.type === 'text' ? [(part as TextPart).text] : []))
    .join('\n');
}

/**
 * The message with its text replaced. In a message of several parts the new text stands where the first text part
 * stood (at the end when there was none) and the other parts keep their order.
 */
export function withText(message: ChatMessage, text: string): ChatMessage {
  if (typeof message.content === 'string') return { ...message, content: text };
  const part: TextPart = { type: 'text', text };
  const at = message.content.findIndex((each) => each.type === 'text');
  const others = message.content.filter((each) => each.type !== 'text');
  const index = at < 0 ? others.length : at;
  return { ...message, content: [...others.slice(0, index), part, ...others.slice(index)] };
}

export function emptyOutput(model: string): ModelOutput {
  return { model, choices: [], completion: '' };
}

/** An output that holds one finished reply, as fakes and replays need it. */
export function outputFromText(model: string, text: string): ModelOutput {
  const message: ChatMessage = { role: 'assistant', content: text, source: 'generate', model };
  return { model, choices: [{ message, stop_reason: 'stop' }], completion: text };
}
