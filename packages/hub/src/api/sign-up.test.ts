import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const password = 'long enough';

const signUp = (hub: TestHub, person: object) =>
  askJson(hub, 'POST', '/api/assay/sign-up', { json: { password, ...person } });

async function invite(hub: TestHub, as: TestUser, wish: object = {}): Promise<Json> {
  const { status, body } = await askJson(hub, 'POST', '/api/assay/invitations', { as, json: wish });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

test('invite: a one-time link makes one account, and a member where it says so', () =>
  withHub(
    async (hub) => {
      const [root, alice] = [await hub.user('root', { isAdmin: true }), await hub.user('alice')];
      await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } });
      assert.equal((await signUp(hub, { name: 'nobody' })).status, 401);
      assert.equal((await signUp(hub, { name: 'nobody', invitation: 'guessed' })).status, 403);
      assert.equal(
        (await askJson(hub, 'POST', '/api/assay/invitations', { as: alice, json: {} })).status,
        403,
      );
      const { key, url } = await invite(hub, root, { note: 'for Bob', org: 'lab', role: 'write' });
      assert.match(url, /\/sign-up\?invitation=/);
      const shown = (await askJson(hub, 'GET', `/api/assay/sign-up?invitation=${key}`)).body;
      assert.deepEqual([shown.policy, shown.invitation.org, shown.invitation.by], ['invite', 'lab', 'root']);
      const raced = await Promise.all(
        ['bob', 'bill', 'bert'].map((name) => signUp(hub, { name, invitation: key })),
      );
      assert.deepEqual(raced.map(({ status }) => status).sort(), [201, 403, 403]);
      const made = raced.find(({ status }) => status === 201)!;
      assert.match(made.headers.get('set-cookie') ?? '', /^assay_session=/);
      const members = (await askJson(hub, 'GET', '/api/organizations/lab/members', { as: alice })).body;
      assert.deepEqual(
        members.map(({ user, role }: Json) => `${user} ${role}`).sort(),
        ['alice admin', `${made.body.name} write`].sort(),
      );
      const other = await invite(hub, root);
      assert.equal(
        (await askJson(hub, 'DELETE', `/api/assay/invitations/${other.id}`, { as: root })).status,
        200,
      );
      assert.equal((await signUp(hub, { name: 'late', invitation: other.key })).status, 403);
      const listed = (await askJson(hub, 'GET', '/api/assay/invitations', { as: root })).body.invitations;
      assert.deepEqual([listed.length, listed[0].usedBy, listed[0].note], [1, made.body.name, 'for Bob']);
      assert.equal(JSON.stringify(listed).includes(key), false);
    },
    { config: { signUp: 'invite' } },
  ));

test('closed and open mean what they say', async () => {
  await withHub(async (hub) => {
    const root = await hub.user('root', { isAdmin: true });
    assert.equal((await signUp(hub, { name: 'nobody' })).status, 401);
    assert.equal((await askJson(hub, 'POST', '/api/assay/invitations', { as: root, json: {} })).status, 409);
  });
  await withHub(
    async (hub) => {
      assert.equal((await signUp(hub, { name: 'somebody' })).status, 201);
      assert.equal((await signUp(hub, { name: 'sloppy', password: 'short' })).status, 422);
      assert.equal((await signUp(hub, { name: 'sloppy', password: undefined })).status, 422);
      assert.equal((await signUp(hub, { name: 'device' })).status, 422, 'a page is called so');
    },
    { config: { signUp: 'open' } },
  );
});

const form = (hub: TestHub, path: string, fields: Record<string, string>) =>
  hub.ask('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

// compat: login.device, login.refresh
test('a program without a browser gets a token when a person allows its code, and a fresh one for it', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const clientId = '26be6b09-91c5-47da-9861-d2d2bb7a7e36';
    const begin = async () =>
      (await (await form(hub, '/oauth/device', { client_id: clientId })).json()) as Json;
    const redeem = async (deviceCode: string, as = clientId) => {
      const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
      const fields = { grant_type: grantType, device_code: deviceCode, client_id: as };
      const answer = await form(hub, '/oauth/token', fields);
      return { status: answer.status, body: (await answer.json()) as Json };
    };
    const code = await begin();
    assert.match(code.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
    assert.equal(code.verification_uri_complete, `http://hub.test/device?code=${code.user_code}`);
    assert.deepEqual((await redeem(code.device_code)).body.error, 'authorization_pending');
    assert.deepEqual((await redeem(code.device_code)).body.error, 'slow_down');
    assert.deepEqual((await redeem(code.device_code, 'another')).body.error, 'invalid_grant');
    const page = `/api/assay/device/${code.user_code.toLowerCase().replace('-', ' ')}`;
    assert.equal((await hub.ask('GET', encodeURI(page))).status, 401);
    assert.equal((await askJson(hub, 'GET', encodeURI(page), { as: alice })).body.client, 'hf auth login');
    await askJson(hub, 'POST', encodeURI(page), { as: alice, json: { allow: true } });
    const granted = await redeem(code.device_code);
    assert.deepEqual([granted.status, granted.body.token_type], [200, 'bearer']);
    assert.match(granted.body.access_token, /^hf_/);
    assert.equal((await redeem(code.device_code)).body.error, 'invalid_grant', 'a yes is handed out once');
    const using = async (token: string) =>
      (await hub.ask('GET', '/api/whoami-v2', { as: { ...alice, token } })).status;
    assert.equal(await using(granted.body.access_token), 200);
    const refresh = () =>
      form(hub, '/oauth/token', { grant_type: 'refresh_token', refresh_token: granted.body.refresh_token });
    const fresh = (await (await refresh()).json()) as Json;
    assert.deepEqual(
      [await using(granted.body.access_token), await using(fresh.access_token), (await refresh()).status],
      [401, 200, 400],
    );
    const denied = await begin();
    await askJson(hub, 'POST', `/api/assay/device/${denied.user_code}`, {
      as: alice,
      json: { allow: false },
    });
    assert.equal((await redeem(denied.device_code)).body.error, 'access_denied');
  }));

test('codes cannot be tried through', () =>
  withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      const statuses = [];
      for (let time = 0; time < 5; time += 1)
        statuses.push((await askJson(hub, 'GET', '/api/assay/device/BBBB-BBBB', { as: alice })).status);
      assert.deepEqual(statuses, [404, 404, 404, 429, 429]);
    },
    { config: { loginFailuresPerMinute: '3' } },
  ));

test('administrators see people and acts, close accounts, and the last of them stays', () =>
  withHub(async (hub) => {
    const [root, alice, bob] = [
      await hub.user('root', { isAdmin: true }),
      await hub.user('alice'),
      await hub.user('bob'),
    ];
    for (const path of ['/api/assay/people', '/api/assay/audit', '/api/assay/invitations']) {
      assert.equal((await askJson(hub, 'GET', path, { as: alice })).status, 403, path);
      assert.equal((await askJson(hub, 'GET', path)).status, 401, path);
    }
    const person = (name: string) => `/api/assay/people/${name}`;
    assert.equal(
      (await askJson(hub, 'PUT', person('root'), { as: root, json: { isAdmin: false } })).status,
      409,
    );
    assert.equal((await askJson(hub, 'DELETE', person('root'), { as: root })).status, 409);
    assert.equal(
      (await askJson(hub, 'PUT', person('alice'), { as: root, json: { isAdmin: true } })).status,
      200,
    );
    await makeRepo(hub, bob, { name: 'm' });
    assert.equal((await askJson(hub, 'DELETE', person('bob'), { as: alice })).status, 200);
    assert.equal((await askJson(hub, 'GET', '/api/whoami-v2', { as: bob })).status, 401);
    assert.equal((await askJson(hub, 'GET', '/api/models/bob/m')).status, 200);
    const { people } = (await askJson(hub, 'GET', '/api/assay/people?search=b', { as: root })).body;
    assert.deepEqual([people[0].name, people[0].closed], ['bob', true]);
    const { acts, names } = (await askJson(hub, 'GET', '/api/assay/audit', { as: root })).body;
    assert.deepEqual(
      acts.map(({ action, actor }: Json) => `${action} ${actor}`),
      ['account-closed alice', 'administrator-changed root'],
    );
    assert.equal(names[bob.actor.id], 'bob');
    const first = await askJson(hub, 'GET', '/api/assay/audit?limit=1', { as: root });
    const second = await askJson(hub, 'GET', `/api/assay/audit?limit=1&before=${first.body.next}`, {
      as: root,
    });
    assert.equal(second.body.acts[0].action, 'administrator-changed');
  }));

test('a password is changed with the old one, in a browser, and ends other sessions', () =>
  withHub(
    async (hub) => {
      await signUp(hub, { name: 'ann' });
      const logIn = async (secret: string) => {
        const answer = await hub.ask('POST', '/api/assay/session', {
          json: { name: 'ann', password: secret },
        });
        return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
      };
      const [here, elsewhere] = [await logIn(password), await logIn(password)];
      const change = (current: string, cookie: string) =>
        hub.ask('PUT', '/api/assay/password', {
          json: { current, next: 'a better secret' },
          headers: { cookie, 'sec-fetch-site': 'same-origin' },
        });
      assert.equal((await change('not this one', here.cookie)).status, 401);
      assert.equal((await change(password, here.cookie)).status, 200);
      const elsewhereNow = await hub.ask('GET', '/api/whoami-v2', { headers: { cookie: elsewhere.cookie } });
      assert.equal(elsewhereNow.status, 401);
      assert.deepEqual([(await logIn(password)).status, (await logIn('a better secret')).status], [401, 200]);
    },
    { config: { signUp: 'open' } },
  ));
