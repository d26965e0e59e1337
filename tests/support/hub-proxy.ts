import { createServer, type IncomingMessage, request as requestOver, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** One of the hubs behind a proxy. */
export interface Backend {
  readonly url: string;
  /** Whether it is given new requests. */
  open: boolean;
  /** What it was asked and has not answered to the end. */
  readonly exchanges: Set<Exchange>;
  /** Breaks off what it was asked, as its death does. What may be asked again is asked of another one. */
  cut(): void;
}

interface Exchange {
  /**
   * `repeatable`: it only reads, and nothing of the answer came yet. `stream`: an answer that never ends, which its reader
   * takes up again. `once`: it may change something, or its answer is on the way.
   */
  kind: 'repeatable' | 'stream' | 'once';
  cut(): void;
}

export interface HubProxy {
  url: string;
  /** Begins to ask these hubs; until then, requests wait. */
  serve(urls: string[]): Backend[];
  /** How many requests were asked of another hub because the first one died. */
  repeated(): number;
}

/** Longer than clients keep a connection they do not use. */
const keepAliveMs = 65_000;

/**
 * Gives requests to several hubs in turn, as a careful load balancer does: one whose connection is refused was asked
 * nothing, and a question that only reads may be asked again while nothing of its answer came.
 */
export async function startHubProxy(t: Pick<TestContext, 'after'>): Promise<HubProxy> {
  let backends: Backend[] = [];
  let [turn, repeated] = [0, 0];
  const waiting: (() => void)[] = [];
  const next = async (): Promise<Backend> => {
    for (;;) {
      const open = backends.filter((backend) => backend.open);
      turn += 1;
      if (open.length > 0) return open[turn % open.length]!;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const server = createServer(async (incoming, outgoing) => {
    outgoing.on('error', () => {});
    for (let tries = 0; !outgoing.destroyed; tries += 1) {
      const outcome = await pass(await next(), incoming, outgoing);
      if (outcome === 'done') return;
      if (outcome === 'again') repeated += 1;
      if (tries === 100) return void outgoing.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(urls) {
      backends = urls.map((url) => createBackend(url, wake));
      wake();
      return backends;
    },
    repeated: () => repeated,
  };
}

function createBackend(url: string, wake: () => void): Backend {
  const exchanges = new Set<Exchange>();
  let open = true;
  return {
    url,
    exchanges,
    get open() {
      return open;
    },
    set open(now) {
      open = now;
      if (now) wake();
    },
    cut() {
      for (const exchange of [...exchanges]) exchange.cut();
    },
  };
}

/** `refused`: it was asked nothing. `again`: it died before it answered, and may be asked again. */
type Outcome = 'done' | 'refused' | 'again';

async function pass(backend: Backend, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Outcome> {
  const socket = await connectTo(backend);
  if (!socket) return 'refused';
  const { method = 'GET', url, rawHeaders } = incoming;
  const reads = method === 'GET' || method === 'HEAD';
  return new Promise((resolve) => {
    const headers = ['connection', 'close', ...withoutHops(rawHeaders)];
    const request = requestOver({ method, path: url, headers, createConnection: () => socket });
    const exchange: Exchange = { kind: reads ? 'repeatable' : 'once', cut: () => request.destroy() };
    backend.exchanges.add(exchange);
    const settle = (outcome: Outcome) => {
      backend.exchanges.delete(exchange);
      if (outcome === 'done' && !outgoing.writableEnded) outgoing.destroy();
      resolve(outcome);
    };
    let answered = false;
    request.on('error', () => {
      // A hub that refuses may close before it has read everything: its answer counts.
      if (!answered) settle(exchange.kind === 'repeatable' && !outgoing.destroyed ? 'again' : 'done');
    });
    request.on('response', (answer) => {
      answered = true;
      const streams = /^text\/event-stream/.test(answer.headers['content-type'] ?? '');
      exchange.kind = streams ? 'stream' : 'once';
      outgoing.writeHead(answer.statusCode!, answer.statusMessage, withoutHops(answer.rawHeaders));
      outgoing.flushHeaders();
      answer.on('error', () => {}); // told by `close`
      answer.on('end', () => outgoing.end());
      answer.on('close', () => settle('done'));
      answer.pipe(outgoing, { end: false });
    });
    outgoing.on('close', () => request.destroy());
    if (outgoing.destroyed) request.destroy(); // its client went while the connection was made
    if (reads) request.end();
    else incoming.pipe(request);
  });
}

/** What is between two neighbours does not pass; the rest does as it came, `host` too. */
function withoutHops(raw: string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!/^(connection|keep-alive|expect)$/i.test(raw[at]!)) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}

/** A connection that stands: whatever was asked before it did, was asked of nobody. */
function connectTo(backend: Backend): Promise<Socket | null> {
  const { hostname, port } = new URL(backend.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
