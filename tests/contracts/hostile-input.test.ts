import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestHub, type TestHub } from '../support/hub.ts';

/**
 * What a hostile user may send to a whole hub, pages included: each is refused by a clear 4xx, nothing of it is kept,
 * and the hub answers the next one. What needs no process of its own is tested beside the code.
 */

let hub: TestHub;
let alice: string;
let mallory: string;

interface Sent {
  as?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

async function send(method: string, path: string, { as, body, headers = {} }: Sent = {}): Promise<Response> {
  const all = as ? { ...headers, authorization: `Bearer ${as}` } : headers;
  return fetch(hub.url + path, { method, headers: all, body, redirect: 'manual' });
}

const sendJson = (method: string, path: string, as: string, json: unknown) =>
  send(method, path, { as, body: JSON.stringify(json), headers: { 'content-type': 'application/json' } });

async function makeUser(name: string): Promise<string> {
  await sendJson('POST', '/api/assay/users', hub.token, { name });
  const made = await sendJson('POST', `/api/assay/users/${name}/tokens`, hub.token, { role: 'write' });
  return ((await made.json()) as { token: string }).token;
}

function commit(as: string, repo: string, files: Record<string, string>, query = ''): Promise<Response> {
  const lines = Object.entries(files).map(([path, text]) => ({
    key: 'file',
    value: { path, content: Buffer.from(text).toString('base64'), encoding: 'base64' },
  }));
  const header = { key: 'header', value: { summary: 'A change', description: '' } };
  const body = [header, ...lines].map((line) => JSON.stringify(line)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  return send('POST', `/api/models/${repo}/commit/main${query}`, { as, body, headers });
}

/** Sent by node:http, which takes any host and keeps the path as it is. */
function sendRaw(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(hub.url, { path, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

before(async (context) => {
  hub = await startTestHub(context as Parameters<typeof startTestHub>[0]);
  alice = await makeUser('alice');
  mallory = await makeUser('mallory');
  await sendJson('POST', '/api/repos/create', alice, { name: 'open' });
  await sendJson('POST', '/api/repos/create', alice, { name: 'hidden', private: true });
});

const cursor = (position: object) => Buffer.from(JSON.stringify(position)).toString('base64url');

test('texts, numbers and cursors that no database holds are refused, never a fault of the hub', async () => {
  const gets = [
    '/api/models?search=%00',
    '/api/models?author=%00',
    '/api/models?filter=%00',
    `/api/models?cursor=${cursor({ key: 'x', id: '' })}`,
    `/api/models?sort=likes&cursor=${cursor({ key: '1e999', id: '\0' })}`,
    `/api/assay/benchmarks?cursor=${cursor({ order: 0.5, results: 1e300, id: '' })}`,
    '/api/models/alice/open/commits/main?p=-1',
    '/api/models?limit=-1',
    '/api/models/a%00/b',
    '/api/assay/evidence/%00',
    '/api/assay/results/%00',
    '/api/users/%00/overview',
    '/results/%00',
    '/%00/x',
    '/alice/%ff',
  ];
  for (const path of gets) {
    const { status } = await send('GET', path, { as: mallory });
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
  const posts: [path: string, body: object][] = [
    ['/api/repos/create', { name: 'a\0b' }],
    ['/api/repos/create', { name: 'ab', organization: 'x\0' }],
    ['/api/assay/orgs', { name: 'org', fullname: 'a\0b' }],
    ['/api/assay/tokens', { displayName: '\0' }],
    ['/api/assay/session', { name: '\0', password: 'x' }],
  ];
  for (const [path, body] of posts) {
    const { status } = await sendJson('POST', path, mallory, body);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

test('no request ends the hub: hosts that are none, cards with broken escapes, broken frames of git', async () => {
  for (const host of ['a b<>', 'x:99999', '[::']) assert.equal(await sendRaw('/', { host }), 400, host);
  const links = ['%ff', '?%ff#%ff', '%00', '//[', 'a%zz'].map((link) => `[x](${link}) ![x](${link})`);
  assert.equal((await commit(alice, 'alice/open', { 'README.md': links.join('\n\n') })).status, 200);
  for (const path of ['/alice/open', '/alice/open/tree/main', '/alice/open/blob/main/README.md'])
    assert.equal((await send('GET', path)).status, 200, path);
  const gzip = { 'content-encoding': 'gzip' };
  const frames: [status: number, body: Uint8Array<ArrayBuffer>, headers?: Record<string, string>][] = [
    [400, Buffer.from('zzzz')],
    [400, Buffer.from('0003')],
    [400, Buffer.from('00ff cut')],
    [400, Buffer.from('no gzip'), gzip],
    [413, new Uint8Array(gzipSync(`0035shallow ${'1'.repeat(40)}\n`.repeat(100_000))), gzip],
  ];
  for (const [status, body, headers] of frames) {
    const sent = { as: alice, body, ...(headers && { headers }) };
    assert.equal((await send('POST', '/alice/open.git/git-receive-pack', sent)).status, status);
  }
  assert.equal((await send('GET', '/healthz')).status, 200);
});

test('paths that lead out of a repo, and bodies cut in the middle, leave nothing behind', async () => {
  const refs = async () => (await send('GET', '/api/models/alice/open/refs')).text();
  const earlier = await refs();
  for (const path of [
    '../x',
    '.git/config',
    'a/../b',
    '/abs',
    'a\\..\\.git',
    'git~1/x',
    'a//b',
    'a\nb',
    'x'.repeat(300),
  ])
    assert.equal((await commit(alice, 'alice/open', { [path]: 'x' })).status, 400, path);
  const cut = '{"key":"header","value":{"summary":"x"}}\n{"key":"file","value":{"pa';
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = await send('POST', '/api/models/alice/open/commit/main', { as: alice, body: cut, headers });
  assert.equal(sent.status, 400);
  assert.equal(await refs(), earlier);
});

// compat: auth.private
test('a private repo answers strangers exactly as one that is not there', async () => {
  assert.equal((await commit(alice, 'alice/hidden', { 'secret.txt': 'x' })).status, 200);
  assert.equal((await commit(alice, 'alice/hidden', { 'more.txt': 'x' }, '?create_pr=1')).status, 200);
  const paths = [
    '/api/models/NAME',
    '/api/models/NAME/tree/main',
    '/api/models/NAME/refs?include_prs=1',
    '/api/models/NAME/commits/main',
    '/api/models/NAME/discussions/1',
    '/api/assay/models/NAME/results',
    '/api/assay/models/NAME/acts',
    '/NAME/resolve/main/secret.txt',
    '/NAME.git/info/refs?service=git-upload-pack',
    '/NAME.git/info/refs?service=git-receive-pack',
  ];
  for (const as of [undefined, mallory]) {
    for (const path of paths) {
      const told = await Promise.all(
        ['alice/hidden', 'alice/absent'].map(async (name) => {
          const answer = await send('GET', path.replace('NAME', name), { ...(as && { as }) });
          return [answer.status, answer.headers.get('x-error-code'), await answer.text()]
            .join(' ')
            .replaceAll(name, 'NAME');
        }),
      );
      assert.equal(told[0], told[1], path);
    }
    for (const path of [
      '/api/models',
      '/api/models?search=hidden',
      '/api/assay/home',
      '/alice',
      '/models',
      '/',
    ])
      assert.doesNotMatch(
        await (await send('GET', path, { ...(as && { as }) })).text(),
        /hidden<|alice\/hidden/,
        path,
      );
  }
});

// compat: lfs.upload, lfs.held
test('a large object that differs from what was announced is not kept, and its digest alone opens nothing', async () => {
  const bytes = Buffer.from('weights '.repeat(1000));
  const oid = createHash('sha256').update(bytes).digest('hex');
  const batch = async (as: string, repo: string, operation: string) => {
    const objects = [{ oid, size: bytes.length }];
    const answer = await sendJson('POST', `/${repo}.git/info/lfs/objects/batch`, as, { operation, objects });
    type Actions = { upload?: { href: string }; download?: object };
    return ((await answer.json()) as { objects: { actions?: Actions }[] }).objects[0]!.actions;
  };
  const { href } = (await batch(alice, 'alice/hidden', 'upload'))!.upload!;
  for (const wrong of [Buffer.alloc(bytes.length), bytes.subarray(1), Buffer.concat([bytes, bytes])])
    assert.equal((await fetch(href, { method: 'PUT', body: new Uint8Array(wrong) })).status, 400);
  assert.equal((await batch(alice, 'alice/hidden', 'download'))?.download, undefined);
  assert.equal((await fetch(href, { method: 'PUT', body: new Uint8Array(bytes) })).status, 200);
  assert.equal((await fetch(href.replace('/upload/', '/download/'))).status, 403);
  await sendJson('POST', '/api/repos/create', mallory, { name: 'mine' });
  assert.equal((await batch(mallory, 'mallory/mine', 'download'))?.download, undefined);
});
