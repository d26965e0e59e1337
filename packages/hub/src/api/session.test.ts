import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testOrigin, withHub } from '../testing/with-hub.ts';

const password = 'correct horse battery';
const here = { origin: testOrigin };
const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0]!;

test('the first administrator comes from a link that works once', () =>
  withHub(async (hub) => {
    assert.ok(hub.setupKey);
    const setUp = (key: string, name: string) =>
      hub.ask('POST', '/api/assay/setup', { json: { key, name, password }, headers: here });
    assert.equal((await setUp('wrong', 'root')).status, 403);
    const made = await setUp(hub.setupKey, 'root');
    assert.equal(made.status, 201);
    const session = await hub.ask('GET', '/api/assay/session', { headers: { cookie: cookieOf(made) } });
    const { actor } = (await session.json()) as { actor: { name: string; isAdmin: boolean } };
    assert.deepEqual([actor.name, actor.isAdmin], ['root', true]);
    assert.equal((await setUp(hub.setupKey, 'second')).status, 403);
  }));

test('a configured token makes the administrator, and no link', () =>
  withHub(
    async (hub) => {
      assert.equal(hub.setupKey, null);
      const authorization = 'Bearer hf_abcdefghijklmnopqrst';
      const me = (await (await hub.ask('GET', '/api/whoami-v2', { headers: { authorization } })).json()) as {
        name: string;
        isAdmin: boolean;
      };
      assert.deepEqual([me.name, me.isAdmin], ['admin', true]);
    },
    { config: { adminToken: 'hf_abcdefghijklmnopqrst' } },
  ));

test('a login by password opens a session that a browser keeps to itself, and that ends', () =>
  withHub(async (hub) => {
    const root = await hub.user('root', { isAdmin: true });
    await hub.ask('POST', '/api/assay/users', { as: root, json: { name: 'alice', password } });
    const opened = await hub.ask('POST', '/api/assay/session', {
      json: { name: 'Alice', password },
      headers: here,
    });
    assert.equal(opened.status, 200);
    assert.match(opened.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax$/);
    const cookie = cookieOf(opened);
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { headers: { cookie } })).status, 200);
    assert.equal(
      (await hub.ask('DELETE', '/api/assay/session', { headers: { cookie, ...here } })).status,
      200,
    );
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { headers: { cookie } })).status, 401);
  }));

test('a wrong password and an unknown name are refused alike, and then slowed down', () =>
  withHub(
    async (hub) => {
      const root = await hub.user('root', { isAdmin: true });
      await hub.ask('POST', '/api/assay/users', { as: root, json: { name: 'alice', password } });
      const logIn = (name: string, secret: string) =>
        hub.ask('POST', '/api/assay/session', { json: { name, password: secret } });
      const wrong = await logIn('alice', 'wrong password');
      const unknown = await logIn('nobody', 'wrong password');
      assert.deepEqual([wrong.status, unknown.status], [401, 401]);
      assert.deepEqual(await wrong.json(), await unknown.json());
      assert.equal((await logIn('alice', password)).status, 429);
    },
    { config: { loginFailuresPerMinute: '2' } },
  ));

test('a token opens a session too', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const opened = await hub.ask('POST', '/api/assay/session', { json: { token: alice.token } });
    assert.equal(opened.status, 200);
    assert.equal((await hub.ask('POST', '/api/assay/session', { json: { token: 'hf_nope' } })).status, 401);
  }));

test('a change by cookie must come from a page of this hub', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const cookie = cookieOf(await hub.ask('POST', '/api/assay/session', { json: { token: alice.token } }));
    const create = (name: string, headers: Record<string, string>) =>
      hub.ask('POST', '/api/repos/create', { json: { name }, headers: { cookie, ...headers } });
    assert.equal((await create('a', { origin: 'https://evil.example' })).status, 403);
    assert.equal((await create('a', { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await create('a', {})).status, 403);
    assert.equal((await create('a', here)).status, 200);
    assert.equal((await create('b', { 'sec-fetch-site': 'same-origin' })).status, 200);
    const foreignLogin = await hub.ask('POST', '/api/assay/session', {
      json: { token: alice.token },
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(foreignLogin.status, 403);
  }));

test('a session may do no more than the token that opened it, and ends with it', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const made = await hub.ask('POST', '/api/assay/tokens', { as: alice, json: { role: 'read' } });
    const { id, token } = (await made.json()) as { id: string; token: string };
    const cookie = cookieOf(await hub.ask('POST', '/api/assay/session', { json: { token } }));
    const headers = { cookie, ...here };
    const create = await hub.ask('POST', '/api/repos/create', { json: { name: 'm' }, headers });
    const escalate = await hub.ask('POST', '/api/assay/tokens', { json: { role: 'write' }, headers });
    assert.deepEqual([create.status, escalate.status], [403, 403]);
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { headers })).status, 200);
    await hub.ask('DELETE', `/api/assay/tokens/${id}`, { as: alice });
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { headers })).status, 401);
  }));

test('guesses sent all at once are limited like guesses one by one; a right login is not counted', () =>
  withHub(
    async (hub) => {
      const root = await hub.user('root', { isAdmin: true });
      await hub.ask('POST', '/api/assay/users', { as: root, json: { name: 'alice', password } });
      const logIn = async (secret: string) =>
        (await hub.ask('POST', '/api/assay/session', { json: { name: 'alice', password: secret } })).status;
      for (let time = 0; time < 4; time += 1) assert.equal(await logIn(password), 200);
      const statuses = await Promise.all(Array.from({ length: 8 }, () => logIn('wrong password')));
      assert.equal(statuses.filter((status) => status === 401).length, 3);
      assert.equal(statuses.filter((status) => status === 429).length, 5);
    },
    { config: { loginFailuresPerMinute: '3' } },
  ));
