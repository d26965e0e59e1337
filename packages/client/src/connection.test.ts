import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, send, sendTo, toUrl } from './connection.ts';

const TOKEN = 'hf_markedTokenThatMustNotLeak';
const answering = (make: (url: string, init: RequestInit) => Response) => {
  const seen: { url: string; headers: Record<string, string> }[] = [];
  const fake = (url: unknown, init: RequestInit = {}): Promise<Response> => {
    seen.push({ url: String(url), headers: init.headers as Record<string, string> });
    return Promise.resolve(make(String(url), init));
  };
  return { seen, connection: { endpoint: 'http://hub.test/', token: TOKEN, fetch: fake as typeof fetch } };
};

test('a URL repeats list parameters and leaves out what is undefined', () => {
  const url = toUrl({ endpoint: 'http://hub.test/' }, '/api/models', {
    expand: ['a', 'b'],
    search: undefined,
  });
  assert.equal(url, 'http://hub.test/api/models?expand=a&expand=b');
});

test('the token goes to the hub and to no other origin', async () => {
  const { seen, connection } = answering(() => new Response('{}'));
  await send(connection, '/api/whoami-v2');
  await sendTo(connection, 'http://elsewhere.test/bytes');
  assert.equal(seen[0]?.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(seen[1]?.headers.authorization, undefined);
});

test('a refusal becomes a coded error with the server words and the request id', async () => {
  const headers = { 'x-error-code': 'RepoNotFound', 'x-request-id': 'r1' };
  const { connection } = answering(() => Response.json({ error: 'no such repo' }, { status: 401, headers }));
  await assert.rejects(send(connection, '/api/models/a/b'), (error: Error & Record<string, unknown>) => {
    assert.equal(error.code, 'repo-not-found');
    assert.equal(error.status, 401);
    assert.equal(error.requestId, 'r1');
    assert.match(error.message, /no such repo/);
    return true;
  });
});

test('no error holds the token, whatever the server says', async () => {
  for (const status of [400, 401, 403, 404, 409, 412, 413, 429, 500]) {
    const { connection } = answering(() => new Response('<html>', { status }));
    await assert.rejects(
      send(connection, '/api/x'),
      (error: Error) => !JSON.stringify(error).includes(TOKEN),
    );
  }
  const silent = {
    endpoint: 'http://hub.test',
    token: TOKEN,
    fetch: () => Promise.reject(new Error('gone')),
  };
  await assert.rejects(send(silent, '/'), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'unreachable');
    return !error.message.includes(TOKEN);
  });
});

test('a page where JSON was expected is called unreadable', async () => {
  const { connection } = answering(() => new Response('<html>hello</html>'));
  await assert.rejects(askJson(connection, '/api/x'), { code: 'unreadable' });
});
