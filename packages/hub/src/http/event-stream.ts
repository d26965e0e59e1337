/** An answer of server-sent events; each item is one event or comment, already in the format's text. Ends with its source. */
export function toEventStream(source: (signal: AbortSignal) => AsyncIterable<string>): Response {
  const gone = new AbortController();
  const items = source(gone.signal)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await items.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel() {
      gone.abort();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}

/** One event. Data is JSON, so it holds no line break. */
export function toEvent(data: object, name?: string): string {
  return `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
}

export const keepAlive = ': keep-alive\n\n';
