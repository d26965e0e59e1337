import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

type Json = Record<string, unknown>;

async function createOrg(hub: TestHub, as: TestUser, name: string): Promise<void> {
  assert.equal((await hub.ask('POST', '/api/assay/orgs', { as, json: { name } })).status, 201);
}

test('whoami has every field that clients read', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await createOrg(hub, alice, 'Lab');
    const me = (await (await hub.ask('GET', '/api/whoami-v2', { as: alice })).json()) as Json;
    assert.equal(me.type, 'user');
    assert.match(String(me.id), /^[0-9a-f]{24}$/);
    const [org] = me.orgs as Json[];
    assert.deepEqual([org!.name, org!.roleInOrg], ['Lab', 'admin']);
    const { accessToken } = me.auth as { accessToken: Json };
    assert.deepEqual([accessToken.displayName, accessToken.role], ['test', 'write']);
    assert.match(String(accessToken.createdAt), /Z$/);
    const nobody = await hub.ask('GET', '/api/whoami-v2');
    assert.equal(nobody.status, 401);
  }));

test('accounts are made by administrators alone, unless sign-up is open', async () => {
  const json = { name: 'newcomer', password: 'long enough' };
  await withHub(async (hub) => {
    const alice = await hub.user('alice');
    const root = await hub.user('root', { isAdmin: true });
    assert.equal((await hub.ask('POST', '/api/assay/users', { json })).status, 401);
    assert.equal((await hub.ask('POST', '/api/assay/users', { json, as: alice })).status, 403);
    assert.equal((await hub.ask('POST', '/api/assay/users', { json, as: root })).status, 201);
    assert.equal(
      (await hub.ask('POST', '/api/assay/users', { json: { name: 'NewComer' }, as: root })).status,
      409,
    );
    for (const name of ['api', 'datasets', 'a--b', '-x', 'x.git', 'ä', '']) {
      assert.equal(
        (await hub.ask('POST', '/api/assay/users', { json: { name }, as: root })).status,
        422,
        name,
      );
    }
  });
  await withHub(
    async (hub) => {
      assert.equal((await hub.ask('POST', '/api/assay/users', { json })).status, 201);
      assert.equal(
        (await hub.ask('POST', '/api/assay/users', { json: { name: 'x', password: 'short' } })).status,
        422,
      );
    },
    { config: { signUp: 'open' } },
  );
});

test('a token is shown once, does what its role says, and ends when it is deleted', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const made = await hub.ask('POST', '/api/assay/tokens', {
      as: alice,
      json: { displayName: 'ci', role: 'read' },
    });
    const { id, token } = (await made.json()) as { id: string; token: string };
    assert.match(token, /^hf_[A-Za-z0-9]{34,}$/);
    const reader = { ...alice, token };
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { as: reader })).status, 200);
    assert.equal(
      (await hub.ask('POST', '/api/repos/create', { as: reader, json: { name: 'm' } })).status,
      403,
    );
    assert.equal(
      (await hub.ask('POST', '/api/assay/tokens', { as: reader, json: { role: 'write' } })).status,
      403,
    );
    const list = await (await hub.ask('GET', '/api/assay/tokens', { as: alice })).text();
    assert.ok(list.includes('"ci"') && !list.includes(token.slice(3)));
    const bob = await hub.user('bob');
    assert.equal((await hub.ask('DELETE', `/api/assay/tokens/${id}`, { as: bob })).status, 404);
    assert.equal((await hub.ask('DELETE', `/api/assay/tokens/${id}`, { as: alice })).status, 200);
    assert.equal((await hub.ask('GET', '/api/whoami-v2', { as: reader })).status, 401);
  }));

test('an administrator gives tokens to others; nobody else does', () =>
  withHub(async (hub) => {
    const root = await hub.user('root', { isAdmin: true });
    const alice = await hub.user('alice');
    const path = '/api/assay/users/alice/tokens';
    assert.equal((await hub.ask('POST', path, { as: alice, json: {} })).status, 403);
    const { token } = (await (
      await hub.ask('POST', path, { as: root, json: { role: 'write' } })
    ).json()) as Json;
    const me = (await (
      await hub.ask('GET', '/api/whoami-v2', { as: { ...alice, token: String(token) } })
    ).json()) as Json;
    assert.equal(me.name, 'alice');
  }));

test('members of an organisation may do what their role says', () =>
  withHub(async (hub) => {
    const [alice, bob, carol] = [await hub.user('alice'), await hub.user('bob'), await hub.user('carol')];
    await createOrg(hub, alice, 'lab');
    const setRole = (as: TestUser, user: string, role: string | null) =>
      hub.ask('PUT', `/api/assay/orgs/lab/members/${user}`, { as, json: { role } });
    const create = async (as: TestUser, name: string) =>
      (await hub.ask('POST', '/api/repos/create', { as, json: { name, organization: 'lab' } })).status;
    const settings = async (as: TestUser, name: string) =>
      (await hub.ask('PUT', `/api/models/lab/${name}/settings`, { as, json: { private: true } })).status;
    assert.equal((await setRole(bob, 'bob', 'admin')).status, 403);
    assert.equal(await create(bob, 'm0'), 403);
    assert.equal((await setRole(alice, 'bob', 'contributor')).status, 200);
    assert.equal(await create(bob, 'm1'), 200);
    assert.equal(await settings(bob, 'm1'), 403);
    assert.equal((await setRole(alice, 'carol', 'read')).status, 200);
    assert.equal(await create(carol, 'm2'), 403);
    assert.equal(await settings(alice, 'm1'), 200);
    const check = async (as: TestUser | undefined, path: string) =>
      (await hub.ask('GET', path, { as })).status;
    assert.equal(await check(carol, '/api/models/lab/m1/auth-check'), 200);
    assert.equal(await check(carol, '/api/models/lab/m1/auth-check/write'), 403);
    assert.equal((await setRole(alice, 'carol', null)).status, 200);
    assert.equal(await check(carol, '/api/models/lab/m1/auth-check'), 404);
    assert.equal(await check(undefined, '/api/models/lab/m1/auth-check'), 401);
  }));
