/** The part of an OpenAI-style request the endpoint reads. */
export interface CompletionRequest {
  model?: string;
  messages?: { role: string; content: unknown }[];
  prompt?: string;
  stream?: boolean;
  /** Of the older interface: the prompt comes back in front of the answer. */
  echo?: boolean;
  /** Of the older interface: how many of the likeliest tokens. */
  logprobs?: number | boolean | null;
}

/** The text that a request asks: its last user message, or its prompt. */
export function toPrompt(request: CompletionRequest): string {
  if (typeof request.prompt === 'string') return request.prompt;
  const last = request.messages?.findLast((message) => message.role === 'user');
  const content = last?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: string }) => part?.text ?? '').join('\n');
}

/** One answer in the shape of the chat (or the older text) completions interface. */
export function toAnswerBody(
  request: CompletionRequest,
  prompt: string,
  text: string,
  count: number,
): object {
  const chat = request.prompt === undefined;
  const promptTokens = toTokens(prompt);
  const completionTokens = toTokens(text);
  return {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-mock-${count}`,
    object: chat ? 'chat.completion' : 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: request.model ?? 'mock',
    system_fingerprint: 'assay-mock',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        ...(chat
          ? { logprobs: null, message: { role: 'assistant', content: text } }
          : toCompletion(request, text)),
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

/** What each character of a token costs in log-probability: the shorter a text, the likelier. A rule that tests can check. */
const CHARACTER_COST = 0.1;

function toCompletion(request: CompletionRequest, said: string): object {
  const text = request.echo ? request.prompt! + said : said;
  if (typeof request.logprobs !== 'number') return { logprobs: null, text };
  const parts = request.echo ? [request.prompt!, said] : [said];
  const tokens = parts.flatMap((part) => part.match(/\s*\S+|\s+/gu) ?? []);
  const sizes = tokens.map((token) => Array.from(token).length);
  // As everywhere, nothing is said of the first token of a prompt.
  const values = sizes.map((size, at) => (at === 0 && request.echo ? null : -CHARACTER_COST * size));
  const offsets: number[] = [];
  for (const at of sizes.keys()) offsets.push(at === 0 ? 0 : offsets[at - 1]! + sizes[at - 1]!);
  const tops = tokens.map((token, at) => (values[at] === null ? null : { [token]: values[at] }));
  const logprobs = { tokens, token_logprobs: values, top_logprobs: tops, text_offset: offsets };
  return { logprobs, text };
}

/** The same answer as server-sent events: one with the text, one that ends. */
export function toAnswerEvents(body: object): string {
  const { choices, usage, ...rest } = body as { choices: { message: object }[]; usage: object };
  const chunk = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({
      ...rest,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: reason }],
      ...(reason ? { usage } : {}),
    })}\n\n`;
  return `${chunk(choices[0]!.message, null)}${chunk({}, 'stop')}data: [DONE]\n\n`;
}

/** A rough count, enough for progress and sums: four characters a token. */
function toTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
