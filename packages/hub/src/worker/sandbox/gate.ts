import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The one way out of a sandbox: a proxy on a Unix socket that knows a list of addresses and no other. */
export interface Gate {
  socketPath: string;
  close(): Promise<void>;
}

/** Headers that are about one connection. */
const hopByHop = ['connection', 'proxy-connection', 'keep-alive', 'proxy-authorization', 'te', 'upgrade'];

/**
 * Opens a gate. A request for a path goes to the hub; one for an address, and a CONNECT, only to the hub or an allowed
 * host. Names are looked up here, by their list's spelling, so no name of a job's own ever is.
 */
export async function openGate(hubUrl: string, allowedHosts: string[]): Promise<Gate> {
  const allowed = new Set([hostOf(new URL(hubUrl)), ...allowedHosts]);
  const folder = await mkdtemp(join(tmpdir(), 'assay-gate-'));
  await chmod(folder, 0o700);
  const socketPath = join(folder, 'gate');
  const server = createServer((request, response) => {
    const target = toTarget(request.url ?? '/', hubUrl);
    if (!target || !allowed.has(hostOf(target))) refuse(response, request.url ?? '');
    else forward(request, response, target);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const host = (request.url ?? '').toLowerCase();
    client.on('error', () => client.destroy());
    if (!allowed.has(host)) return void client.end(`HTTP/1.1 403 ${refusal}\r\n\r\n`);
    const at = host.lastIndexOf(':');
    tunnel(client, host.slice(0, at), Number(host.slice(at + 1)));
  });
  server.on('clientError', (_error, client) => client.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const refusal = 'This address is not open to jobs';

function toTarget(url: string, hubUrl: string): URL | null {
  // Joined by hand: a path that begins with two slashes must stay a path.
  return url.startsWith('/') ? URL.parse(hubUrl + url) : URL.parse(url);
}

function hostOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`.toLowerCase();
}

function refuse(response: ServerResponse, url: string): void {
  response.writeHead(403, { 'content-type': 'application/json', 'x-error-code': 'address-closed' });
  response.end(JSON.stringify({ error: `${refusal}: ${url.slice(0, 200)}` }));
}

function forward(request: IncomingMessage, response: ServerResponse, target: URL): void {
  const headers = { ...request.headers };
  for (const name of hopByHop) delete headers[name];
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  if (target.protocol === 'https:') headers.host = target.host;
  const asked = send(target, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  asked.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.on('close', () => asked.destroy());
  request.pipe(asked);
}

function tunnel(client: Socket, host: string, port: number): void {
  const server = connect(port, host, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(server).pipe(client);
  });
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
}
