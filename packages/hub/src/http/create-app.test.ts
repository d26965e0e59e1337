import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHub } from '../testing/with-hub.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

// compat: base.request-id, noise.unknown
test('every answer carries a request id: the one that was sent, or a new one', () =>
  withHub(async (hub) => {
    const given = await hub.ask('GET', '/healthz', { headers: { 'x-request-id': 'abc-1' } });
    assert.equal(given.headers.get('x-request-id'), 'abc-1');
    const made = await hub.ask('GET', '/nowhere', { headers: { 'x-request-id': 'not fine' } });
    assert.equal(made.status, 404);
    assert.match(made.headers.get('x-request-id') ?? '', /^[\w-]{20,}$/);
  }));

// compat: auth.bearer, auth.basic, auth.bad-token, whoami
test('a token is taken as Bearer, as password and as user; a bad one is refused with the sentence clients compare', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    for (const authorization of [
      `Bearer ${alice.token}`,
      `bearer ${alice.token}`,
      `Basic ${base64(`anything:${alice.token}`)}`,
      `Basic ${base64(`${alice.token}:`)}`,
    ]) {
      const answer = await hub.ask('GET', '/api/whoami-v2', { headers: { authorization } });
      assert.equal(((await answer.json()) as { name: string }).name, 'alice');
    }
    for (const authorization of [
      'Bearer hf_wrong',
      `Basic ${base64('alice:hf_wrong')}`,
      'Bearer',
      'Digest x',
    ]) {
      const answer = await hub.ask('GET', '/api/agent-harnesses', { headers: { authorization } });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('x-error-message'), 'Invalid credentials in Authorization header');
      assert.equal(answer.headers.get('x-error-code'), null);
    }
  }));

// compat: auth.bad-token
test('an expired token is a bad one', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await hub.context.db.query("UPDATE record.tokens SET expires_at = now() - interval '1 second'");
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { as: alice })).status, 401);
  }));

// compat: base.retry
test('after too many bad tokens an address is told to wait; good tokens still pass', () =>
  withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      const bad = { headers: { authorization: 'Bearer hf_bad' } };
      for (let i = 0; i < 3; i++) assert.equal((await hub.ask('GET', '/api/whoami-v2', bad)).status, 401);
      const refused = await hub.ask('GET', '/api/whoami-v2', bad);
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
      assert.equal((await hub.ask('GET', '/api/whoami-v2', { as: alice })).status, 200);
    },
    { config: { loginFailuresPerMinute: '3' } },
  ));

// compat: base.head, noise.harnesses
test('HEAD answers as GET does, without the body', () =>
  withHub(async (hub) => {
    const head = await hub.ask('HEAD', '/api/agent-harnesses');
    assert.equal(head.status, 404);
    assert.equal(await head.text(), '');
    assert.equal(head.headers.get('content-type'), 'application/json');
  }));

// compat: base.cors
test('a page of another site may ask and read what clients need, without cookies', () =>
  withHub(async (hub) => {
    const preflight = await hub.ask('OPTIONS', '/api/models/a/m', {
      headers: { origin: 'https://x.example', 'access-control-request-method': 'PUT' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /PUT/);
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null);
    const answer = await hub.ask('GET', '/healthz', { headers: { origin: 'https://x.example' } });
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /X-Repo-Commit/);
  }));

// compat: base.doubled-slashes
test('slashes doubled in front do not matter', () =>
  withHub(async (hub) => {
    assert.equal((await hub.ask('GET', '//healthz')).status, 200);
  }));

// compat: base.self-urls
test('URLs in answers name the host that was asked, the public one when there is one, and a proxy only when trusted', async () => {
  const urlOf = async (config: object, headers: Record<string, string>) => {
    let url = '';
    await withHub(
      async (hub) => {
        const alice = await hub.user('alice');
        const answer = await hub.ask('POST', '/api/repos/create', {
          as: alice,
          json: { name: 'm' },
          headers,
        });
        url = ((await answer.json()) as { url: string }).url;
      },
      { config },
    );
    return url;
  };
  const forwarded = { 'x-forwarded-host': 'proxy.example', 'x-forwarded-proto': 'https' };
  assert.equal(await urlOf({}, forwarded), 'http://hub.test/alice/m');
  assert.equal(await urlOf({ trustProxy: 'true' }, forwarded), 'https://proxy.example/alice/m');
  assert.equal(
    await urlOf({ publicUrl: 'https://hub.example.org' }, forwarded),
    'https://hub.example.org/alice/m',
  );
});

test('a token never reaches the log, whatever fails', async () => {
  const lines: string[] = [];
  const { createLogger } = await import('../logger.ts');
  await withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      await hub.context.db.query('ALTER TABLE record.memberships RENAME TO gone');
      const answer = await hub.ask('GET', '/api/whoami-v2', {
        as: alice,
        headers: { 'x-request-id': alice.token },
      });
      assert.equal(answer.status, 500);
      hub.context.log.error('it broke', new Error(`with ${alice.token}`), { at: `?token=${alice.token}` });
      assert.ok(lines.length >= 2);
      assert.ok(!lines.join('\n').includes(alice.token.slice(3)));
    },
    { log: createLogger((line) => lines.push(line)) },
  );
});
