import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CompletionRequest, toAnswerBody, toAnswerEvents, toPrompt } from './answer-body.ts';
import { createFailures, type Failure, type FailurePlan } from './failures.ts';
import { createPersonality, type Personality } from './personality.ts';
import { readAnswerKeys, readReplay } from './replay.ts';

export interface MockOptions {
  /** 0 for any free one. */
  port?: number;
  host?: string;
  /** Milliseconds until an answer. */
  latencyMs?: number;
  /** Who answers for models that nothing below names; default `echo` when no replay is given. */
  personality?: string | Personality;
  /** Personalities by model name. */
  models?: Record<string, string | Personality>;
  /** JSONL files of recorded outputs, `PATH` or `MODEL=PATH`. */
  replay?: string[];
  /** JSONL files of questions, for replay files that hold only ids. */
  questions?: string[];
  /** JSONL files of `{question, target}`, for the personality `correct:RATE@SEED`. */
  answerKeys?: string[];
  failures?: FailurePlan;
  /** Keeps each request body, for tests. */
  record?: boolean;
}

interface MockCounts {
  requests: number;
  answered: number;
  /** Prompts that no recorded question matched. */
  unmatched: number;
  failures: Partial<Record<Failure, number>>;
  /** Most requests that waited at the same time. */
  peak: number;
  byModel: Record<string, number>;
  /** Milliseconds from the arrival of the first request to the newest answer. */
  span: number;
}

export interface MockEndpoint {
  /** Base URL as a model wants it, ending in `/v1`. */
  url: string;
  port: number;
  counts(): MockCounts;
  /** Bodies of all requests, when recorded. */
  requests(): unknown[];
  /** The same, byte for byte as they came. */
  bodies(): string[];
  close(): Promise<void>;
}

/**
 * An OpenAI-compatible endpoint that needs no key and no network: `/v1/chat/completions`, `/v1/completions`,
 * `/v1/models`, and `/mock/counts`, `/mock/requests` for whoever tests against it.
 * @throws EngineError `mock-invalid`
 */
export async function startMockEndpoint(options: MockOptions = {}): Promise<MockEndpoint> {
  const people = await createPeople(options);
  const mock = new Mock(options, people);
  const server = createServer((request, response) => mock.handle(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', 4096, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}/v1`,
    port,
    counts: () => mock.counts,
    requests: () => mock.recorded.map((body) => JSON.parse(body)),
    bodies: () => [...mock.recorded],
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

interface People {
  named: Map<string, Personality>;
  anyone: Personality | null;
}

async function createPeople(options: MockOptions): Promise<People> {
  const keys = options.answerKeys?.length ? await readAnswerKeys(options.answerKeys) : null;
  const toPersonality = (given: string | Personality): Personality =>
    typeof given === 'string' ? createPersonality(given, keys) : given;
  const replay = options.replay ?? [];
  const named = await readReplay({ files: replay, questions: options.questions ?? [] });
  for (const [name, given] of Object.entries(options.models ?? {})) named.set(name, toPersonality(given));
  const anyone = options.personality ?? (named.size === 0 ? 'echo' : null);
  return { named, anyone: anyone === null ? null : toPersonality(anyone) };
}

class Mock {
  readonly counts: MockCounts = {
    requests: 0,
    answered: 0,
    unmatched: 0,
    failures: {},
    peak: 0,
    byModel: {},
    span: 0,
  };
  readonly recorded: string[] = [];
  readonly #options: MockOptions;
  readonly #people: People;
  readonly #nextFailure: () => Failure | null;
  #waiting = 0;
  #firstAt = 0;

  constructor(options: MockOptions, people: People) {
    this.#options = options;
    this.#people = people;
    this.#nextFailure = createFailures(options.failures ?? {});
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method === 'GET') this.#handleGet(path, response);
    else if (path.endsWith('/completions')) this.#handleCompletion(request, response);
    else sendError(response, 404, `there is no ${path} here`);
  }

  #handleGet(path: string, response: ServerResponse): void {
    if (path === '/mock/counts') send(response, 200, this.counts);
    else if (path === '/mock/requests')
      send(
        response,
        200,
        this.recorded.map((body) => JSON.parse(body)),
      );
    else if (path === '/v1/models') {
      const data = [...this.#people.named.keys()].map((id) => ({
        id,
        object: 'model',
        owned_by: 'assay-mock',
      }));
      send(response, 200, { object: 'list', data });
    } else sendError(response, 404, `there is no ${path} here`);
  }

  #handleCompletion(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    this.#firstAt ||= performance.now();
    this.#waiting++;
    this.counts.peak = Math.max(this.counts.peak, this.#waiting);
    response.once('close', () => this.#waiting--);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.counts.requests++;
      const failure = this.#nextFailure();
      // Made while the asker waits, so that answers due at the same moment leave together.
      const reply = this.#prepare(Buffer.concat(chunks).toString(), failure, response);
      if (this.#options.latencyMs && failure !== 'dead') setTimeout(reply, this.#options.latencyMs).unref();
      else reply();
    });
  }

  /** Everything but the sending. */
  #prepare(text: string, failure: Failure | null, response: ServerResponse): () => void {
    let request: CompletionRequest;
    try {
      request = JSON.parse(text) as CompletionRequest;
    } catch {
      return () => sendError(response, 400, 'the request body is not JSON');
    }
    if (this.#options.record) this.recorded.push(text);
    if (failure) {
      this.counts.failures[failure] = (this.counts.failures[failure] ?? 0) + 1;
      if (failure !== 'truncated') return () => fail(response, failure, this.#options.failures?.retryAfter);
    }
    const model = request.model ?? '';
    const person = this.#people.named.get(model) ?? this.#people.anyone;
    if (!person) return () => sendError(response, 404, `there is no model ${model}`);
    const prompt = toPrompt(request);
    const said = person.answer(prompt);
    if (said === null) {
      this.counts.unmatched++;
      return () => sendError(response, 404, 'no output is recorded for this question');
    }
    const body = toAnswerBody(request, prompt, said, this.counts.requests);
    if (failure === 'truncated') return () => truncate(response, JSON.stringify(body));
    if (request.stream) {
      const events = toAnswerEvents(body);
      return () => {
        this.#countAnswer(model);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
      };
    }
    const answer = JSON.stringify(body);
    return () => {
      this.#countAnswer(model);
      sendText(response, 200, answer);
    };
  }

  #countAnswer(model: string): void {
    this.counts.answered++;
    this.counts.span = performance.now() - this.#firstAt;
    this.counts.byModel[model] = (this.counts.byModel[model] ?? 0) + 1;
  }
}

function fail(response: ServerResponse, failure: Failure, retryAfter: number | undefined): void {
  if (failure === 'rate-limited') {
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
    sendError(response, 429, 'too many requests');
  } else if (failure === 'server-error') sendError(response, 503, 'out of order');
  else if (failure === 'not-json') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Bad gateway</body></html>');
  } else if (failure === 'dead') response.destroy();
  // A stall: nothing is sent, the client has to give up.
}

function truncate(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

function send(response: ServerResponse, status: number, body: unknown): void {
  sendText(response, status, JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function sendError(response: ServerResponse, status: number, message: string): void {
  send(response, status, { error: { message, type: 'mock_error', code: status } });
}
