// A small OpenAI-style endpoint over llama.cpp, one answer at a time. Arguments: node-llama-cpp's entry, a GGUF file,
// threads. Prints its base URL. Temperature is always 0, so that the same question has the same answer.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';

interface Request {
  model?: string;
  max_tokens?: number;
  messages?: { role: string; content: string | { type: string; text?: string }[] }[];
}

/** What is used of node-llama-cpp, which is not a dependency: it is installed into a cache on demand. */
interface Llama {
  loadModel(options: { modelPath: string }): Promise<{
    createContext(options: { threads: number; contextSize: number }): Promise<{ getSequence(): Sequence }>;
    tokenize(text: string): unknown[];
  }>;
}
interface Sequence {
  clearHistory(): Promise<void>;
}
interface Session {
  prompt(text: string, options: { temperature: number; maxTokens: number }): Promise<string>;
  dispose(options?: { disposeSequence: boolean }): void;
}
interface Library {
  getLlama(options: { build: 'never'; gpu: false }): Promise<Llama>;
  LlamaChatSession: new (options: {
    contextSequence: Sequence;
    systemPrompt?: string;
    autoDisposeSequence: boolean;
  }) => Session;
}

const [entry = '', modelPath = '', threads = ''] = process.argv.slice(2);
const { getLlama, LlamaChatSession } = (await import(pathToFileURL(entry).href)) as Library;
const llama = await getLlama({ build: 'never', gpu: false });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ threads: Number(threads), contextSize: 4096 });
const sequence = context.getSequence();

function textOf(message: NonNullable<Request['messages']>[number]): string {
  if (typeof message.content === 'string') return message.content;
  return message.content.map((part) => part.text ?? '').join('\n');
}

async function answer(request: Request): Promise<object> {
  const prompt = textOf(request.messages!.findLast((message) => message.role === 'user')!);
  // A question must not see what was said to the one before it.
  await sequence.clearHistory();
  const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
  const text = await session.prompt(prompt, { temperature: 0, maxTokens: request.max_tokens ?? 128 });
  session.dispose({ disposeSequence: false });
  const counts = {
    prompt_tokens: model.tokenize(prompt).length,
    completion_tokens: model.tokenize(text).length,
  };
  return {
    id: 'real-model',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: { ...counts, total_tokens: counts.prompt_tokens + counts.completion_tokens },
  };
}

let turn: Promise<unknown> = Promise.resolve();
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    turn = turn
      .then(() => answer(JSON.parse(Buffer.concat(chunks).toString()) as Request))
      .then((body) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      )
      .catch((error: Error) =>
        response.writeHead(500).end(JSON.stringify({ error: { message: error.message } })),
      );
  });
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
});
