import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { LogFolder } from './log-folder.ts';

export interface ViewServer {
  url: string;
  close(): Promise<void>;
}

/** What the pages find on their request: see `packages/web/src/app.d.ts`. */
interface PageRequest extends IncomingMessage {
  assayFetch?: (request: Request) => Promise<Response>;
  assayOrigin?: string;
  assayFolder?: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * Serves a hub's pages over a folder of logs, which they reach in this process. Logs are private: whoever asks must
 * name this machine as the host, so that no site can read them through its visitor's browser.
 * @param webDir the built pages
 */
export async function startViewServer(
  logs: LogFolder,
  options: { webDir: string; host: string; port: number },
): Promise<ViewServer> {
  const { handler } = (await import(pathToFileURL(join(options.webDir, 'handler.js')).href)) as {
    handler: Handler;
  };
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', options.host]);
  const server = createServer((request: PageRequest, response) => {
    const host = request.headers.host ?? '';
    const origin = `http://${host}`;
    if (!URL.canParse(origin + request.url) || !hosts.has(new URL(origin).hostname)) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('Ask for this by the name it was given.');
      return;
    }
    const { pathname } = new URL(origin + request.url);
    if (pathname === '/') response.writeHead(302, { location: '/evidence' }).end();
    else if (pathname.startsWith('/api/')) void answer(logs, new Request(origin + request.url), response);
    else {
      request.assayOrigin = origin;
      request.assayFolder = true;
      request.assayFetch = (inner) => logs.fetch(inner);
      handler(request, response, () => response.writeHead(404).end());
    }
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(options.port, options.host, () => done());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(logs: LogFolder, request: Request, response: ServerResponse): Promise<void> {
  try {
    const made = await logs.fetch(request);
    response.writeHead(made.status, Object.fromEntries(made.headers));
    if (!made.body) response.end();
    else await pipeline(Readable.fromWeb(made.body as import('node:stream/web').ReadableStream), response);
  } catch {
    // The reader went away, or the file did: there is nobody to tell, or no more to say.
    response.destroy();
  }
}
