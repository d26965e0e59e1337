/** The part of an OpenAI-style request the endpoint reads. */
export interface CompletionRequest {
  model?: string;
  messages?: { role: string; content: unknown }[];
  prompt?: string;
  stream?: boolean;
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
        logprobs: null,
        ...(chat ? { message: { role: 'assistant', content: text } } : { text }),
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
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
