import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withHub } from '../testing/with-hub.ts';
import { listen } from './server.ts';

/** Pages in the shape that SvelteKit's node adapter builds: a handler for node:http. */
const pages = `export async function handler(request, response) {
  const inner = await request.assayFetch(new Request(request.assayOrigin + '/healthz'));
  response.end(JSON.stringify({ page: request.url, origin: request.assayOrigin, inner: inner.status }));
}`;

async function withPages(work: (webDir: string) => Promise<void>): Promise<void> {
  const webDir = await mkdtemp(join(tmpdir(), 'assay-pages-'));
  await writeFile(join(webDir, 'handler.js'), pages);
  await writeFile(join(webDir, 'package.json'), '{"type":"module"}');
  await work(webDir).finally(() => rm(webDir, { recursive: true }));
}

test('the hub answers its own paths, the pages all others, and they reach the hub without the network', () =>
  withPages((webDir) =>
    withHub(async (hub) => {
      const server = await listen(hub, { port: 0, host: '127.0.0.1', webDir });
      try {
        assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
        const page = await (await fetch(`${server.url}/alice/m?x=1`)).json();
        assert.deepEqual(page, { page: '/alice/m?x=1', origin: server.url, inner: 200 });
      } finally {
        await server.close();
      }
    }),
  ));

test('the path arrives as it was sent', () =>
  withHub(async (hub) => {
    const paths: string[] = [];
    const spying = {
      ...hub,
      async fetch(asked: Request) {
        paths.push(new URL(asked.url).pathname);
        return new Response('x');
      },
    };
    const server = await listen(spying, { port: 0, host: '127.0.0.1' });
    const path = '//api/models/a/m/tree/refs%2Fpr%2F1/a%2Fb';
    await new Promise((resolve) => {
      request(server.url, { path }, (answer) => answer.resume().on('end', resolve)).end();
    });
    await server.close();
    assert.deepEqual(paths, [path]);
  }));

test('closing lets a running request end, and takes no new one', () =>
  withHub(async (hub) => {
    let arrived = () => {};
    const running = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = {
      ...hub,
      async fetch() {
        arrived();
        await held;
        return new Response('done');
      },
    };
    const server = await listen(slow, { port: 0, host: '127.0.0.1' });
    const answer = fetch(`${server.url}/healthz`);
    await running;
    const closed = server.close();
    await assert.rejects(fetch(`${server.url}/healthz`));
    release();
    assert.equal(await (await answer).text(), 'done');
    await closed;
  }));

test('a port that is taken is told', () =>
  withHub(async (hub) => {
    const first = await listen(hub, { port: 0, host: '127.0.0.1' });
    const port = Number(new URL(first.url).port);
    await assert.rejects(
      listen(hub, { port, host: '127.0.0.1' }),
      (error: NodeJS.ErrnoException) => error.code === 'port-taken',
    );
    await first.close();
  }));

test('a request whose host or target is no address costs that request, not the hub', () =>
  withPages((webDir) =>
    withHub(async (hub) => {
      const server = await listen(hub, { port: 0, host: '127.0.0.1', webDir });
      const first = (lines: string) =>
        new Promise<string>((resolve, reject) => {
          const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(lines));
          let text = '';
          socket.on('data', (bytes) => (text += bytes)).on('end', () => resolve(text.slice(9, 12)));
          socket.on('error', reject);
        });
      try {
        for (const host of ['a b<>', 'x:99999', '[::', 'x y'])
          for (const path of ['/', '/healthz'])
            assert.equal(await first(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`), '400', host + path);
        for (const target of ['*', 'http://[::/', 'x'])
          assert.equal(await first(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`), '400', target);
        assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
      } finally {
        await server.close();
      }
    }),
  ));
