import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { Peer } from '../auth/authenticate.ts';
import { HubError } from '../errors.ts';
import type { Hub } from '../hub.ts';
import { createAnswerCache } from './answer-cache.ts';
import { baseUrl } from './base-url.ts';
import { isHubPath, isViewerHost } from './hub-paths.ts';
import { rawPath } from './raw-path.ts';
import { surviveStrayRejections } from './stray-rejections.ts';

export interface ListenOptions {
  /** 0 lets the system choose. */
  port: number;
  host: string;
  /** Folder of the built pages, with `handler.js`; left out: every other path is answered 404. */
  webDir?: string;
}

export interface Listening {
  /** `http://HOST:PORT` */
  url: string;
  /** Stops accepting, lets running requests end (10 seconds at most), then cuts them. Leaves the hub open. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** What the pages find on their request: see `packages/web/src/app.d.ts`. */
interface PageRequest extends IncomingMessage {
  assayFetch?: (request: Request) => Promise<Response>;
  assayOrigin?: string;
}

const closePatienceMs = 10_000;

/**
 * Puts a hub on a port: its own paths go to it, all others to the pages, which reach it in this process.
 * @throws HubError `port-taken`
 */
export async function listen(hub: Hub, options: ListenOptions): Promise<Listening> {
  const pages = options.webDir === undefined ? null : await loadPages(hub, options.webDir);
  const own = getRequestListener(
    (request, env) =>
      hub.fetch(request, { address: addressOf(hub, (env as { incoming: IncomingMessage }).incoming) }),
    { overrideGlobalObjects: false },
  );
  const cached = createAnswerCache(hub.context.db);
  const server = createServer((request, response) => {
    // What throws here would end the process: nothing stands above this function.
    if (!isAskedRightly(request)) response.writeHead(400, { connection: 'close' }).end('Bad Request');
    else
      void cached(request, response, () => {
        if (pages && isForPages(request)) pages(request, response);
        else void own(request, response);
      });
  });
  // Uploads may last as long as they move: a silent connection is cut, a slow one is not.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  server.timeout = 600_000;
  await start(server, options);
  const dieOfStrays = surviveStrayRejections(hub.context.log);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => stop(server).finally(dieOfStrays) };
}

async function loadPages(hub: Hub, webDir: string): Promise<Handler> {
  const { handler } = (await import(pathToFileURL(join(webDir, 'handler.js')).href)) as { handler: Handler };
  return (request: PageRequest, response) => {
    const peer: Peer = { address: addressOf(hub, request), inProcess: true };
    const asked = new Request(`http://${request.headers.host ?? 'localhost'}/`, {
      headers: forwarded(request),
    });
    request.assayOrigin = baseUrl(hub.context, asked);
    request.assayFetch = (inner) => hub.fetch(inner, peer);
    handler(request, response, () => response.writeHead(404).end());
  };
}

function isForPages({ headers, url }: IncomingMessage): boolean {
  return !isHubPath(rawPath(`http://hub${url}`)) && !isViewerHost(headers.host ?? '');
}

/** Whether host and path make an address; either may be any text. */
function isAskedRightly({ headers, url = '' }: IncomingMessage): boolean {
  return url.startsWith('/') && URL.canParse(`http://${headers.host ?? 'localhost'}${url}`);
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const names = ['x-forwarded-host', 'x-forwarded-proto'];
  return Object.fromEntries(
    names.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
  );
}

/** A proxy that is trusted appends the client it saw, so the last address is its word; the earlier ones are the client's. */
function addressOf(hub: Hub, request: IncomingMessage): string {
  const header = hub.context.config.trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = header === undefined ? undefined : String(header).split(',').at(-1)?.trim();
  return last || (request.socket.remoteAddress ?? 'unknown');
}

async function start(server: Server, { port, host }: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(toPortError(cause, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function toPortError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return cause;
  const reason = cause.code === 'EACCES' ? 'may not be opened by this user' : 'is taken by another program';
  return new HubError('port-taken', `port ${port} of ${host} ${reason}`, {
    cause,
    hint: 'Choose another by --port or ASSAY_PORT; 0 lets the system choose.',
  });
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closePatienceMs);
  await closed;
  clearTimeout(cut);
}
