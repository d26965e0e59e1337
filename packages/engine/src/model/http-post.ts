import { Client, type Dispatcher } from 'undici';
import { watchAbort } from './abort-watch.ts';
import { CallFailure } from './model.ts';

export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Keeps connections to one origin open and posts over them. */
export interface HttpPoster {
  /**
   * @param headers names and values in turn
   * @throws CallFailure `timeout`, `connection`; the signal's reason when aborted
   */
  post(path: string, headers: string[], body: string, options: PostOptions): Promise<HttpAnswer>;
  close(): Promise<void>;
}

interface PostOptions {
  signal: AbortSignal;
  /** Milliseconds. */
  timeoutMs: number;
}

/**
 * undici's clients through their `dispatch`, one for each connection, the free ones on a stack. CPU for each request,
 * with JSON parsing, at 100 and 1,000 connections (2 cores, Node 24): its pool 0.07 and 0.10 ms (it looks through all
 * connections for a free one), `pool.request` 0.11 and 0.14, node:http 0.11 and 0.17, fetch 0.37 and 0.50. Wall over
 * ideal at 1,000 connections of 500 ms: dispatch and node:http 1.07 to 1.09, fetch 1.48.
 */
export function createHttpPoster(origin: string): HttpPoster {
  const free: Client[] = [];
  const all = new Set<Client>();
  const open = (): Client => {
    const client = new Client(origin, {
      pipelining: 1,
      // One timer a call, ours, instead of two.
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: 60_000,
      keepAliveTimeout: 30_000,
    });
    all.add(client);
    return client;
  };
  return {
    async post(path, headers, body, options) {
      options.signal.throwIfAborted();
      const client = free.pop() ?? open();
      try {
        return await postOnce(client, { path, method: 'POST', headers, body }, options);
      } finally {
        free.push(client);
      }
    },
    async close() {
      await Promise.all(Array.from(all, (client) => client.destroy()));
    },
  };
}

function postOnce(
  client: Client,
  request: Dispatcher.DispatchOptions,
  options: PostOptions,
): Promise<HttpAnswer> {
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const answer: HttpAnswer = { status: 0, headers: {}, body: '' };
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | null = null;
    let done = false;
    const finish = (act: () => void): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      unwatch();
      act();
    };
    const give = (error: Error): void => {
      finish(() => reject(error));
      controller?.abort(error);
    };
    const timer = setTimeout(
      () => give(new CallFailure('timeout', `no answer within ${Math.round(timeoutMs / 1000)} s`)),
      timeoutMs,
    );
    const unwatch = watchAbort(signal, () => give(signal.reason as Error));
    client.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (done) started.abort(new Error('given up'));
      },
      onResponseStart(_controller, status, headers) {
        answer.status = status;
        answer.headers = headers as HttpAnswer['headers'];
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        answer.body = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
        finish(() => resolve(answer));
      },
      onResponseError(_controller, error) {
        const code = (error as { code?: string }).code ?? error.name;
        finish(() => reject(new CallFailure('connection', `the connection failed (${code})`)));
      },
    });
  });
}
