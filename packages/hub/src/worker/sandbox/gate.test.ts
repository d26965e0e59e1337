import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import { test } from 'node:test';
import { openGate } from './gate.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

/** Says one thing through a gate; answers status and body. */
function ask(
  socketPath: string,
  options: { method?: string; path: string },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, ...options, headers: { host: 'inside' } });
    // What is no request at all is cut off.
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve({ status: 403, body: '' }) : reject(error),
    );
    asked.on('connect', (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode!, body: '' });
    });
    asked.on('response', async (answer) => {
      let body = '';
      for await (const chunk of answer) body += chunk;
      resolve({ status: answer.statusCode!, body });
    });
    asked.end();
  });
}

test('a gate lets through to the hub and to allowed hosts, by whatever way it is asked, and to nothing else', async () => {
  const hub = createServer((asked, answer) => answer.end(`hub ${asked.url} ${asked.headers.host}`));
  const other = createServer((_asked, answer) => answer.end('other'));
  const allowed = createServer((_asked, answer) => answer.end('allowed'));
  const [hubPort, otherPort, allowedPort] = [await listen(hub), await listen(other), await listen(allowed)];
  const gate = await openGate(`http://127.0.0.1:${hubPort}`, [`127.0.0.1:${allowedPort}`]);
  try {
    const say = (path: string, method?: string) =>
      ask(gate.socketPath, { path, ...(method ? { method } : {}) });
    assert.deepEqual(await say('/api/x?y=1'), { status: 200, body: 'hub /api/x?y=1 inside' });
    assert.deepEqual(await say(`http://127.0.0.1:${allowedPort}/`), { status: 200, body: 'allowed' });
    assert.equal((await say(`127.0.0.1:${hubPort}`, 'CONNECT')).status, 200);
    assert.equal((await say(`127.0.0.1:${allowedPort}`, 'CONNECT')).status, 200);
    const closed = [
      `http://127.0.0.1:${otherPort}/`,
      `http://127.0.0.1:${hubPort}@127.0.0.1:${otherPort}/`,
      `http://localhost:${otherPort}/`,
      `http://2130706433:${otherPort}/`,
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'nonsense',
    ];
    for (const path of closed) assert.equal((await say(path)).status, 403, path);
    for (const path of [`127.0.0.1:${otherPort}`, `127.0.0.1:${hubPort}.evil:1`, `127.0.0.1:${hubPort}x`, ''])
      assert.equal((await say(path || 'x', 'CONNECT')).status, 403, path);
    // A path that looks like an address is still one of the hub's.
    assert.match((await say(`//127.0.0.1:${otherPort}/`)).body, /^hub \/\//);
  } finally {
    await gate.close();
    for (const server of [hub, other, allowed]) server.close();
  }
});
