import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText, resolveFile } from './files.ts';

const COMMIT = 'a'.repeat(40);
const repo = { type: 'dataset', name: 'org/bench' } as const;

test('a redirect to another host keeps the first answer’s facts and loses the token', async () => {
  const seen: { url: string; auth: string | undefined }[] = [];
  const fake = (url: unknown, init: RequestInit = {}): Promise<Response> => {
    seen.push({ url: String(url), auth: (init.headers as Record<string, string>).authorization });
    if (String(url).startsWith('http://hub.test')) {
      const headers = { location: 'http://cdn.test/x', 'x-repo-commit': COMMIT, 'x-linked-etag': '"e1"' };
      return Promise.resolve(new Response(null, { status: 302, headers }));
    }
    return Promise.resolve(new Response('hello', { headers: { etag: '"cdn"', 'content-length': '5' } }));
  };
  const connection = { endpoint: 'http://hub.test', token: 'hf_x', fetch: fake as typeof fetch };
  const file = await resolveFile(connection, repo, 'data/a b.jsonl', { revision: 'refs/pr/1' });
  assert.equal(file.commit, COMMIT);
  assert.equal(file.etag, 'e1');
  assert.equal(file.size, 5);
  assert.equal(await new Response(file.stream).text(), 'hello');
  assert.deepEqual(seen, [
    { url: 'http://hub.test/datasets/org/bench/resolve/refs%2Fpr%2F1/data/a%20b.jsonl', auth: 'Bearer hf_x' },
    { url: 'http://cdn.test/x', auth: undefined },
  ]);
});

test('the size of a range is that of the whole file', async () => {
  const fake = (_url: unknown, init: RequestInit = {}): Promise<Response> => {
    assert.equal((init.headers as Record<string, string>).range, 'bytes=2-3');
    const headers = { 'content-range': 'bytes 2-3/9', 'x-repo-commit': COMMIT };
    return Promise.resolve(new Response('cd', { status: 206, headers }));
  };
  const connection = { endpoint: 'http://hub.test', fetch: fake as typeof fetch };
  const file = await resolveFile(connection, repo, 'x', { range: { start: 2, end: 3 } });
  assert.equal(file.size, 9);
});

test('a missing file is null, a missing repo is an error', async () => {
  const refusing = (code: string) => ({
    endpoint: 'http://hub.test',
    fetch: (() => {
      return Promise.resolve(
        Response.json({ error: code }, { status: 404, headers: { 'x-error-code': code } }),
      );
    }) as unknown as typeof fetch,
  });
  assert.equal(await readText(refusing('EntryNotFound'), repo, 'x'), null);
  await assert.rejects(readText(refusing('RepoNotFound'), repo, 'x'), { code: 'repo-not-found' });
});
