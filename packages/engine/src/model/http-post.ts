import { watchAbort } from './abort-watch.ts';
import type { HttpAnswer } from './answer-parser.ts';
import { HttpConnection } from './http-connection.ts';
import { CallFailure } from './model.ts';
import { createRequestWriter, type RequestText } from './request-text.ts';

/** Keeps connections to one origin open and posts over them. */
export interface HttpPoster {
  /**
   * @param headers names and values in turn
   * @throws CallFailure `timeout`, `connection`, `refused` for headers that cannot be sent; the signal's reason when
   *   aborted
   */
  post(path: string, headers: string[], body: string, options: PostOptions): Promise<HttpAnswer>;
  close(): Promise<void>;
}

interface PostOptions {
  signal: AbortSignal;
  /** Milliseconds. */
  timeoutMs: number;
}

/** Connections of our own, the free ones on a stack. Why not undici's or node:http's: docs/decisions/0011. */
export function createHttpPoster(origin: string): HttpPoster {
  const url = new URL(origin);
  const toRequest = createRequestWriter(url.host);
  const free: HttpConnection[] = [];
  const busy = new Set<HttpConnection>();
  let closed = false;
  const take = (): HttpConnection => {
    for (let kept = free.pop(); kept; kept = free.pop()) {
      if (kept.usable) return kept;
      kept.destroy();
    }
    return new HttpConnection(url);
  };
  const giveBack = (connection: HttpConnection): void => {
    busy.delete(connection);
    if (connection.usable && !closed) free.push(connection);
    else connection.destroy();
  };
  return {
    async post(path, headers, body, options) {
      options.signal.throwIfAborted();
      const request = toRequest(path, headers, body);
      const connection = take();
      busy.add(connection);
      try {
        return await postOnce(connection, request, options);
      } finally {
        giveBack(connection);
      }
    },
    async close() {
      closed = true;
      for (const connection of [...free.splice(0), ...busy]) connection.destroy();
    },
  };
}

/** No closure in here holds the text of the request: it is sent, and need not wait for its answer in memory. */
function postOnce(
  connection: HttpConnection,
  { text, encoding }: RequestText,
  { signal, timeoutMs }: PostOptions,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  let done = false;
  const finish = (): boolean => {
    if (done) return false;
    done = true;
    clearTimeout(timer);
    unwatch();
    return true;
  };
  const giveUp = (error: Error): void => {
    if (finish()) reject(error);
    connection.destroy();
  };
  const timer = setTimeout(
    () => giveUp(new CallFailure('timeout', `no answer within ${Math.round(timeoutMs / 1000)} s`)),
    timeoutMs,
  );
  const unwatch = watchAbort(signal, () => giveUp(signal.reason as Error));
  connection.send(text, encoding, (error, answer) => {
    if (!finish()) return;
    if (answer) resolve(answer);
    else reject(new CallFailure('connection', error!.message));
  });
  return promise;
}
