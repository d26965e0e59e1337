import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createHttpPoster, type HttpPoster } from './http-post.ts';
import { CallFailure, type FailureKind } from './model.ts';

/** A key nobody trusts, and its certificate for `localhost`, good until 2126. */
const localhostPair = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgj7Cm6fZel/YP0wm/
2MG4z/n65oIwEkHOhCbSVsMrGdChRANCAAR1HWiYZN0emglJRlhg+gfNCQ1Pf3U7
/0G+MXnjr36n2x7GgdIC+jBZ/tKFthbxdJ/pj3XTgaN973SzkINtjFAR
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUQjjXrDUjcJRHdoSLreR3WYlJLIUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzA2NDIyOVoYDzIxMjYxMTAz
MDY0MjI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR1HWiYZN0emglJRlhg+gfNCQ1Pf3U7/0G+MXnjr36n2x7GgdIC+jBZ
/tKFthbxdJ/pj3XTgaN973SzkINtjFARo2kwZzAdBgNVHQ4EFgQUjLSiHsQI91mb
SaxqgVP+J4qIPyYwHwYDVR0jBBgwFoAUjLSiHsQI91mbSaxqgVP+J4qIPyYwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAPvF6qOoU+0WFtFhIots7n1WRIipAzc+Jc0e5F2aWbiFAiBX/fCS8oOK
Ro50bMbrqvJ6582Vk/vHu8fU7WuWs8gLIw==
-----END CERTIFICATE-----
`,
};

const patient = { signal: new AbortController().signal, timeoutMs: 60_000 };
const ok = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A server that answers whole requests as it is told: the n-th request of its n-th connection. */
async function serve(
  t: TestContext,
  answer: (socket: Socket, connection: number, request: string) => void,
): Promise<HttpPoster> {
  let connections = 0;
  const server = createServer((socket) => {
    const number = connections++;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString();
      const [head = '', body] = text.split('\r\n\r\n');
      const size = Number(/content-length: (\d+)/.exec(head)?.[1]);
      if (body === undefined || Buffer.byteLength(body) < size) return;
      const request = text;
      text = '';
      answer(socket, number, request);
    });
  });
  return post(t, server, 'http');
}

async function post(t: TestContext, server: Server, scheme: string, host = '127.0.0.1'): Promise<HttpPoster> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const poster = createHttpPoster(`${scheme}://${host}:${(server.address() as AddressInfo).port}`);
  t.after(async () => {
    await poster.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return poster;
}

const failsAs = (kind: FailureKind) => (error: unknown) =>
  error instanceof CallFailure && error.kind === kind;

describe('posts over kept connections', () => {
  it('send what they are given, and use a connection again', async (t) => {
    const seen: [number, string][] = [];
    const poster = await serve(t, (socket, connection, request) => {
      seen.push([connection, request]);
      socket.write(ok('fine'));
    });
    for (const body of ['plain', 'Hällo 🐑', 'x'.repeat(3_000_000)]) {
      const answer = await poster.post('/v1/x?y=1', ['accept', 'a', 'x-k', 'v'], body, patient);
      assert.equal(answer.body, 'fine');
      const head = `POST /v1/x?y=1 HTTP/1.1\r\nhost: HOST\r\nconnection: keep-alive\r\naccept: a\r\nx-k: v\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
      const [connection, request] = seen.at(-1)!;
      assert.equal(connection, 0);
      assert.equal(request.replace(/host: .*/, 'host: HOST'), head + body);
    }
  });

  it('never take one answer for another', async (t) => {
    // Each answer is followed by a second one that nobody asked for: with it, behind it, or after an early end.
    const poster = await serve(t, (socket, connection, request) => {
      const own = ok(request.split('\r\n\r\n')[1]!);
      if (connection % 2 === 0) socket.write(own + ok('forged'));
      else socket.write(own, () => setImmediate(() => socket.write(ok('forged'))));
    });
    for (let call = 0; call < 20; call++) {
      const answer = await poster.post('/', [], `call ${call}`, patient).catch((error) => error);
      // A connection may be cut in the middle of a call; that is a failure, never a wrong answer.
      if (!(answer instanceof CallFailure)) assert.equal(answer.body, `call ${call}`);
      else assert.equal(answer.kind, 'connection');
    }
  });

  it('open another connection where one was closed or is not to be kept', async (t) => {
    const used: number[] = [];
    const poster = await serve(t, (socket, connection) => {
      used.push(connection);
      if (connection === 0) socket.end(ok('last'));
      else if (connection === 1) socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
      else socket.write(ok('kept').replace('\r\n', '\r\nkeep-alive: timeout=1\r\n'));
    });
    const bodies: string[] = [];
    for (let call = 0; call < 4; call++) {
      const { body } = await poster.post('/', [], '', patient);
      bodies.push(body);
      // The end of a connection is known a turn later than its last answer.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    }
    assert.deepEqual(bodies.slice(1), ['until the end', 'kept', 'kept']);
    assert.deepEqual(used, [0, 1, 2, 3]);
  });

  it('fail as what went wrong, each call once', async (t) => {
    const broken = ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'nonsense\r\n\r\n', ''];
    const poster = await serve(t, (socket, connection) => {
      if (connection < broken.length) socket.end(broken[connection]!);
    });
    for (const _each of broken)
      await assert.rejects(poster.post('/', [], 'x', patient), failsAs('connection'));
    await assert.rejects(poster.post('/', [], 'x', { ...patient, timeoutMs: 20 }), failsAs('timeout'));
    const stop = new AbortController();
    const stopped = poster.post('/', [], 'x', { ...patient, signal: stop.signal });
    stop.abort(new Error('enough'));
    await assert.rejects(stopped, { message: 'enough' });
    const closing = poster.post('/', [], 'x', patient);
    await poster.close();
    await assert.rejects(closing, failsAs('connection'));
    const nowhere = createHttpPoster('http://127.0.0.1:1');
    await assert.rejects(nowhere.post('/', [], 'x', patient), failsAs('connection'));
  });

  it('let no header break out of its line, or say where a request ends', async (t) => {
    const poster = await serve(t, (socket) => socket.write(ok('sent')));
    const wrong = [
      'a\r\nb',
      '1',
      'a',
      '1\r\nb: 2',
      'a',
      '1\n',
      'a b',
      '1',
      '',
      '1',
      'Transfer-Encoding',
      'chunked',
    ];
    for (let at = 0; at < wrong.length; at += 2)
      await assert.rejects(poster.post('/', wrong.slice(at, at + 2), '', patient), failsAs('refused'));
    await assert.rejects(poster.post('/a b', [], '', patient), failsAs('refused'));
    assert.equal((await poster.post('/', ['a', '1'], '', patient)).body, 'sent');
  });

  it('go over TLS to whom a known authority vouches for, and to nobody else', async (t) => {
    const { key, cert } = localhostPair;
    const server = createHttps({ key, cert }, (request, response) => {
      request.resume().on('end', () => response.end('over TLS'));
    });
    const poster = await post(t, server, 'https', 'localhost');
    await assert.rejects(poster.post('/', [], 'x', patient), failsAs('connection'));
    const known = getCACertificates('default');
    setDefaultCACertificates([...known, cert]);
    t.after(() => setDefaultCACertificates(known));
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => poster.post('/', [], body, patient)));
    assert.deepEqual(
      answers.map((one) => one.body),
      Array(3).fill('over TLS'),
    );
    assert.equal((await poster.post('/', [], 'again', patient)).body, 'over TLS');
  });
});
