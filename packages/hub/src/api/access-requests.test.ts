import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const file = '/alice/m/resolve/main/a.txt';
const api = '/api/models/alice/m';

async function gatedRepo(
  hub: TestHub,
  gated: 'auto' | 'manual',
): Promise<{ alice: TestUser; bob: TestUser }> {
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  await makeRepo(hub, alice, { name: 'm' });
  await commitFiles(hub, alice, { repo: 'alice/m', files: { 'a.txt': 'text' } });
  await askJson(hub, 'PUT', `${api}/settings`, { as: alice, json: { gated } });
  return { alice, bob };
}

const code = async (hub: TestHub, as?: TestUser) => {
  const answer = await hub.ask('GET', file, { as });
  return [answer.status, answer.headers.get('x-error-code')];
};

test('auto: whoever asks reads at once, others read the metadata alone', () =>
  withHub(async (hub) => {
    const { bob } = await gatedRepo(hub, 'auto');
    assert.deepEqual(await code(hub), [401, 'GatedRepo']);
    assert.deepEqual(await code(hub, bob), [403, 'GatedRepo']);
    assert.equal((await hub.ask('GET', `${api}/tree/main`, { as: bob })).status, 200);
    assert.equal((await hub.ask('GET', `${api}/auth-check`, { as: bob })).status, 403);
    assert.equal((await hub.ask('POST', `${api}/ask-access`)).status, 401);
    const asked = await askJson(hub, 'POST', `${api}/ask-access`, { as: bob, json: { use: 'research' } });
    assert.equal(asked.body.status, 'accepted');
    assert.deepEqual(await code(hub, bob), [200, null]);
    assert.equal((await hub.ask('GET', `${api}/auth-check`, { as: bob })).status, 200);
  }));

// compat: access-requests
test('manual: an owner decides, by the id of the request or the name of the user', () =>
  withHub(async (hub) => {
    const { alice, bob } = await gatedRepo(hub, 'manual');
    await askJson(hub, 'POST', `${api}/ask-access`, { as: bob, json: { use: 'research' } });
    assert.deepEqual(await code(hub, bob), [403, 'GatedRepo']);
    const pending = await askJson(hub, 'GET', `${api}/user-access-request/pending`, { as: alice });
    const [request] = pending.body;
    assert.match(request.requestId, /^[0-9a-f]{24}$/);
    assert.deepEqual([request.user.user, request.fields], ['bob', { use: 'research' }]);
    const handle = (json: object, as = alice) =>
      askJson(hub, 'POST', `${api}/user-access-request/handle`, { as, json });
    assert.equal((await handle({ requestId: request.requestId, status: 'accepted' }, bob)).status, 403);
    assert.equal((await handle({ requestId: request.requestId, status: 'accepted' })).status, 200);
    assert.equal((await handle({ user: 'bob', status: 'accepted' })).status, 409);
    assert.deepEqual(await code(hub, bob), [200, null]);
    assert.equal((await handle({ user: 'bob', status: 'rejected', rejectionReason: 'no' })).status, 200);
    assert.deepEqual(await code(hub, bob), [403, 'GatedRepo']);
    await askJson(hub, 'POST', `${api}/ask-access`, { as: bob });
    const again = await askJson(hub, 'GET', `${api}/ask-access`, { as: bob });
    assert.deepEqual([again.body.request.status, again.body.request.rejectionReason], ['rejected', 'no']);
    assert.equal((await handle({ user: 'nobody', status: 'accepted' })).status, 404);
  }));

test('an owner lets in who never asked; a fine-grained token uses that only when it says so', () =>
  withHub(async (hub) => {
    const { alice, bob } = await gatedRepo(hub, 'manual');
    const grant = () =>
      askJson(hub, 'POST', `${api}/user-access-request/grant`, { as: alice, json: { user: 'bob' } });
    assert.deepEqual([(await grant()).status, (await grant()).status], [200, 409]);
    assert.deepEqual(await code(hub, bob), [200, null]);
    for (const [canReadGatedRepos, expected] of [
      [false, 403],
      [true, 200],
    ] as const) {
      const json = { role: 'fineGrained', fineGrained: { canReadGatedRepos } };
      const { body } = await askJson(hub, 'POST', '/api/assay/tokens', { as: bob, json });
      assert.equal((await hub.ask('GET', file, { as: { ...bob, token: body.token } })).status, expected);
    }
  }));
