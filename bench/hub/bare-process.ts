// The bare framework: hono and its node server, answering the bytes of a file, from memory, to every request.
// Arguments: the file, its content type. Prints its address.
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const [file = '', type = ''] = process.argv.slice(2);
interface BareApp {
  get(path: string, answer: () => Response): void;
  fetch: unknown;
}
type ToListener = (fetch: unknown, options: object) => RequestListener;
// Those the hub itself uses.
const require = createRequire(new URL('../../packages/hub/package.json', import.meta.url));
const ofTheHub = (name: string): Promise<unknown> => import(require.resolve(name));
const { Hono } = (await ofTheHub('hono')) as { Hono: new () => BareApp };
const { getRequestListener } = (await ofTheHub('@hono/node-server')) as {
  getRequestListener: ToListener;
};

const bytes = new Uint8Array(readFileSync(file));
const headers = { 'content-type': type, 'content-length': String(bytes.length) };
const app = new Hono();
app.get('*', () => new Response(bytes, { headers }));
const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
server.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
