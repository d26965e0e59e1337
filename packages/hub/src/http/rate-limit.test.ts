import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHub } from '../hub.ts';
import { askJson, makeRepo } from '../testing/hub-client.ts';
import { testOrigin, withHub } from '../testing/with-hub.ts';

// compat: base.retry
test('writes beyond the quota are 429 with the headers that clients wait by, for all processes together', () =>
  withHub(
    async (hub) => {
      const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
      const root = await hub.user('root', { isAdmin: true });
      await makeRepo(hub, alice, { name: 'm' });
      const like = (as = alice) => hub.ask('POST', '/api/models/alice/m/like', { as });
      const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await like()).status));
      assert.equal(statuses.filter((status) => status === 200).length, 9);
      assert.equal(statuses.filter((status) => status === 429).length, 3);
      const refused = await like();
      const wait = Number(refused.headers.get('retry-after'));
      assert.ok(wait > 0 && wait <= 300, String(wait));
      assert.equal(refused.headers.get('ratelimit'), `"api";r=0;t=${wait}`);
      assert.equal(refused.headers.get('ratelimit-policy'), '"fixed window";"api";q=10;w=300');
      const second = await createHub(hub.context.config);
      const request = new Request(`${testOrigin}/api/models/alice/m/like`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.token}` },
      });
      assert.equal((await second.fetch(request).finally(second.close)).status, 429);
      assert.equal((await like(bob)).status, 200, 'another account has its own quota');
      for (let time = 0; time < 12; time += 1) assert.equal((await like(root)).status, 200);
      const read = await hub.ask('POST', '/api/models/alice/m/paths-info/main', {
        as: alice,
        json: { paths: [] },
      });
      assert.equal(read.status, 200, 'what changes nothing is no write');
    },
    { config: { writesPerWindow: '10' } },
  ));

test('the defaults let one client write 100 times in a burst and list in parallel', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    for (let time = 0; time < 100; time += 1)
      assert.equal((await hub.ask('POST', '/api/models/alice/m/like', { as: alice })).status, 200);
    const lists = await Promise.all(
      Array.from({ length: 64 }, () => hub.ask('GET', '/api/models/alice/m/tree/main', { as: alice })),
    );
    assert.ok(lists.every(({ status }) => status === 200));
  }));

test('reads of one address are limited, and no other address waits for it', () =>
  withHub(
    async (hub) => {
      const ask = async (address: string) =>
        (await hub.fetch(new Request(`${testOrigin}/api/models`), { address })).status;
      const statuses = [];
      for (let time = 0; time < 5; time += 1) statuses.push(await ask('203.0.113.7'));
      assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
      assert.equal(await ask('203.0.113.8'), 200);
      for (let time = 0; time < 5; time += 1) assert.equal(await ask('127.0.0.1'), 200);
      const { body } = await askJson(hub, 'GET', '/healthz');
      assert.equal(body.status, 'ok');
    },
    { config: { readsPerWindow: '3' } },
  ));
