import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { guardedPost } from './guarded-post.ts';

async function receiver(t: TestContext, ...answer: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...answer);
  t.after(started.close);
  return started;
}

const send = (url: string, allowedHosts: string[]) =>
  guardedPost(
    { url, body: '{}', headers: { 'x-plain': '1' }, secretHeaders: { 'x-secret': 's' } },
    { allowedHosts, timeoutMs: 2_000 },
  );

// compat: webhooks.delivery
test('private addresses are not called, by number or by name, unless the operator names them', async (t) => {
  const inside = await receiver(t);
  const port = inside.host.split(':')[1];
  for (const url of [
    `http://${inside.host}/`,
    `http://localhost:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f.1:${port}/`,
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'ftp://example.org/',
    `http://user@${inside.host}/`,
  ])
    assert.ok('refused' in (await send(url, [])), url);
  assert.equal(inside.received.length, 0);
  assert.deepEqual(await send(`http://${inside.host}/in`, [inside.host]), { status: 200 });
  assert.deepEqual(await send(`http://localhost:${port}/in`, [`localhost:${port}`]), { status: 200 });
  assert.equal(inside.received[0]!.headers['x-secret'], 's');
});

test('each redirect is judged anew, and the secret stays with the first address', async (t) => {
  const inside = await receiver(t);
  const friend = await receiver(t);
  const door = await receiver(t, (request, response) => {
    const to = request.url === '/inside' ? inside.host : request.url === '/friend' ? friend.host : door.host;
    response.writeHead(request.url === '/seen' ? 302 : 307, { location: `http://${to}/next` }).end();
  });
  const allowed = [door.host, friend.host];
  assert.ok('refused' in (await send(`http://${door.host}/inside`, allowed)));
  assert.equal(inside.received.length, 0);
  assert.deepEqual(await send(`http://${door.host}/friend`, allowed), { status: 200 });
  assert.deepEqual(
    friend.received.map(({ text, headers }) => [text, headers['x-plain'], headers['x-secret']]),
    [['{}', '1', undefined]],
  );
  assert.deepEqual(await send(`http://${door.host}/seen`, allowed), { status: 302 });
  assert.ok(
    'refused' in (await send(`http://${door.host}/next`, allowed)),
    'it redirects to itself without end',
  );
});

test('who does not answer is not waited for, and who answers without end is cut off', async (t) => {
  const silent = await receiver(t, () => {});
  const post = { url: `http://${silent.host}/`, body: '{}', headers: {}, secretHeaders: {} };
  const outcome = await guardedPost(post, { allowedHosts: [silent.host], timeoutMs: 50 });
  assert.deepEqual(outcome, { refused: 'no answer in time' });
  const endless = await receiver(t, (_request, response) => {
    response.on('error', () => {});
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  });
  assert.deepEqual(await send(`http://${endless.host}/`, [endless.host]), { status: 200 });
});
