import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

async function fineGrained(hub: TestHub, owner: TestUser, scopes: object): Promise<TestUser> {
  const json = { displayName: 'narrow', role: 'fineGrained', fineGrained: scopes };
  const { status, body } = await askJson(hub, 'POST', '/api/assay/tokens', { as: owner, json });
  assert.equal(status, 201, JSON.stringify(body));
  return { ...owner, token: body.token };
}

const place = (type: string, name: string, ...permissions: string[]) => ({
  entity: { type, name },
  permissions,
});

async function statuses(hub: TestHub, as: TestUser, asked: [string, string, object?][]): Promise<number[]> {
  const answers = [];
  for (const [method, path, json] of asked)
    answers.push((await askJson(hub, method, path, { as, json })).status);
  return answers;
}

test('a fine-grained token opens its places and nothing else of what its owner has', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice', { isAdmin: true });
    for (const name of ['open', 'shut']) await makeRepo(hub, alice, { name, private: true });
    const reader = await fineGrained(hub, alice, {
      scoped: [place('model', 'alice/open', 'repo.content.read')],
    });
    const writer = await fineGrained(hub, alice, { scoped: [place('model', 'alice/open', 'repo.write')] });
    assert.deepEqual(
      await statuses(hub, reader, [
        ['GET', '/api/models/alice/open'],
        ['GET', '/api/models/alice/shut'],
        ['PUT', '/api/models/alice/open/settings', { gated: 'auto' }],
        ['POST', '/api/models/alice/open/discussions', { title: 'A talk' }],
        ['POST', '/api/repos/create', { name: 'more' }],
      ]),
      [200, 404, 403, 403, 403],
    );
    await commitFiles(hub, writer, { repo: 'alice/open', files: { a: 'b' } });
    assert.deepEqual(
      await statuses(hub, writer, [
        ['POST', '/api/models/alice/open/discussions', { title: 'A talk' }],
        ['POST', '/api/repos/create', { name: 'more' }],
        ['DELETE', '/api/repos/delete', { name: 'shut' }],
        ['GET', '/api/assay/tokens'],
        ['POST', '/api/assay/tokens', { role: 'write' }],
        ['POST', '/api/assay/orgs', { name: 'lab' }],
        ['POST', '/api/assay/users', { name: 'bob' }],
      ]),
      [200, 403, 404, 403, 403, 403, 403],
    );
    const { body } = await askJson(hub, 'GET', '/api/models', { as: writer });
    assert.deepEqual(
      body.map(({ id }: Json) => id),
      ['alice/open'],
    );
  }));

test('discussions everywhere: pull requests to whatever is public, and no writing', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    await makeRepo(hub, bob, { name: 'own', private: true });
    const talker = await fineGrained(hub, bob, { global: ['discussion.write'] });
    await commitFiles(hub, talker, { repo: 'alice/m', files: { a: 'b' }, createPr: true });
    assert.deepEqual(
      await statuses(hub, talker, [
        ['POST', '/api/models/alice/m/discussions', { title: 'A talk' }],
        ['GET', '/api/models/bob/own'],
        ['POST', '/api/models/bob/own/discussions', { title: 'A talk' }],
        ['POST', '/api/models/alice/m/discussions/1/merge'],
      ]),
      [200, 404, 404, 403],
    );
  }));

test('a namespace as a place covers the repos in it and new ones', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } });
    await makeRepo(hub, alice, { name: 'own', private: true });
    const token = await fineGrained(hub, alice, { scoped: [place('org', 'lab', 'repo.write')] });
    await makeRepo(hub, token, { name: 'm', organization: 'lab', private: true });
    await commitFiles(hub, token, { repo: 'lab/m', files: { a: 'b' } });
    assert.deepEqual(await statuses(hub, token, [['GET', '/api/models/alice/own']]), [404]);
    const me = (await askJson(hub, 'GET', '/api/whoami-v2', { as: token })).body;
    assert.deepEqual(
      [me.auth.accessToken.role, me.orgs.map(({ name }: Json) => name)],
      ['fineGrained', ['lab']],
    );
    const [scope] = me.auth.accessToken.fineGrained.scoped;
    assert.deepEqual(
      [scope.entity.type, scope.entity.name, scope.permissions],
      ['org', 'lab', ['repo.write']],
    );
  }));

test('a token names no place that its owner may not see, and no word that we do not know', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'secret', private: true });
    const ask = (scope: object) =>
      askJson(hub, 'POST', '/api/assay/tokens', {
        as: bob,
        json: { role: 'fineGrained', fineGrained: { scoped: [scope] } },
      });
    const hidden = await ask(place('model', 'alice/secret', 'repo.write'));
    const missing = await ask(place('model', 'alice/nothing', 'repo.write'));
    assert.deepEqual([hidden.status, missing.status], [404, 404]);
    assert.equal((await ask(place('user', 'alice', 'repo.write'))).status, 403);
    assert.equal((await ask(place('user', 'bob', 'everything'))).status, 422);
    assert.equal((await ask(place('user', 'bob'))).status, 422);
  }));

test('a token ends when its time is over, and a session opened by it does no more than it', async () => {
  let now = new Date();
  await withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      await makeRepo(hub, alice, { name: 'm', private: true });
      const json = { role: 'read', expiresInDays: 1 };
      now = new Date(Date.now() - 2 * 86_400_000);
      const past = (await askJson(hub, 'POST', '/api/assay/tokens', { as: alice, json })).body;
      now = new Date();
      assert.equal(
        (await hub.ask('GET', '/api/whoami-v2', { as: { ...alice, token: past.token } })).status,
        401,
      );
      const narrow = await fineGrained(hub, alice, { global: ['discussion.write'] });
      const login = await hub.ask('POST', '/api/assay/session', { json: { token: narrow.token } });
      const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
      const asked = await hub.ask('GET', '/api/models/alice/m', { headers: { cookie } });
      assert.equal(asked.status, 404);
    },
    { clock: () => now },
  );
});
