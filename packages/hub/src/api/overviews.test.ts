import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, type Json, makeRepo } from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

test('roles in an organisation: what each may do with a repo of another member', () =>
  withHub(async (hub) => {
    const boss = await hub.user('boss');
    await askJson(hub, 'POST', '/api/assay/orgs', { as: boss, json: { name: 'lab' } });
    await makeRepo(hub, boss, { name: 'm', organization: 'lab', private: true });
    const expected = {
      read: { see: 200, write: 403, make: 403, settings: 403 },
      contributor: { see: 200, write: 403, make: 200, settings: 403 },
      write: { see: 200, write: 200, make: 200, settings: 403 },
      admin: { see: 200, write: 200, make: 200, settings: 200 },
    };
    for (const [role, rights] of Object.entries(expected)) {
      const member = await hub.user(`the-${role}`);
      assert.equal((await askJson(hub, 'GET', '/api/models/lab/m', { as: member })).status, 404);
      const path = `/api/assay/orgs/lab/members/the-${role}`;
      assert.equal((await askJson(hub, 'PUT', path, { as: boss, json: { role } })).status, 200);
      const ask = async (method: string, at: string, json?: object) =>
        (await askJson(hub, method, at, { as: member, json })).status;
      assert.deepEqual(
        {
          see: await ask('GET', '/api/models/lab/m'),
          write: await ask('POST', `/api/models/lab/m/branch/by-${role}`),
          make: await ask('POST', '/api/repos/create', { name: `of-${role}`, organization: 'lab' }),
          settings: await ask('PUT', '/api/models/lab/m/settings', { private: true }),
        },
        rights,
        role,
      );
    }
    const own = await hub.user('contributor-of-one');
    const path = '/api/assay/orgs/lab/members/contributor-of-one';
    await askJson(hub, 'PUT', path, { as: boss, json: { role: 'contributor' } });
    await makeRepo(hub, own, { name: 'mine', organization: 'lab' });
    await commitFiles(hub, own, { repo: 'lab/mine', files: { a: 'b' } });
  }));

// compat: users.members
test('members come, go and leave; the last administrator stays', () =>
  withHub(async (hub) => {
    const [ann, bob] = [await hub.user('ann'), await hub.user('bob')];
    await askJson(hub, 'POST', '/api/assay/orgs', { as: ann, json: { name: 'lab' } });
    const member = (name: string) => `/api/assay/orgs/lab/members/${name}`;
    assert.equal((await askJson(hub, 'DELETE', member('ann'), { as: ann })).status, 409);
    await askJson(hub, 'PUT', member('bob'), { as: ann, json: { role: 'admin' } });
    // Each removes the other, at once: one of them must be left.
    const raced = await Promise.all([
      askJson(hub, 'DELETE', member('bob'), { as: ann }),
      askJson(hub, 'DELETE', member('ann'), { as: bob }),
    ]);
    assert.ok(raced.some(({ status }) => status !== 200));
    const { body } = await askJson(hub, 'GET', '/api/organizations/lab/members');
    assert.equal(body.length, 1);
    assert.equal(body[0].role, undefined, 'roles are for members');
    const left = body[0].user === 'ann' ? ann : bob;
    const gone = left === ann ? bob : ann;
    assert.equal(
      (await askJson(hub, 'GET', '/api/organizations/lab/members', { as: left })).body[0].role,
      'admin',
    );
    await askJson(hub, 'PUT', member(gone.actor.name), { as: left, json: { role: 'read' } });
    assert.equal((await askJson(hub, 'DELETE', member(gone.actor.name), { as: gone })).status, 200);
    assert.equal((await askJson(hub, 'DELETE', member(left.actor.name), { as: gone })).status, 403);
  }));

// compat: likes
test('overviews and likes count and show what the asker may see', () =>
  withHub(async (hub) => {
    const [ann, bob] = [await hub.user('ann'), await hub.user('bob')];
    await makeRepo(hub, ann, { name: 'open' });
    await makeRepo(hub, ann, { name: 'shut', private: true });
    for (const name of ['open', 'shut']) {
      for (let time = 0; time < 2; time += 1)
        assert.equal((await askJson(hub, 'POST', `/api/models/ann/${name}/like`, { as: ann })).status, 200);
    }
    assert.equal((await askJson(hub, 'POST', '/api/models/ann/shut/like', { as: bob })).status, 404);
    await askJson(hub, 'POST', '/api/models/ann/open/like', { as: bob });
    const info = await askJson(hub, 'GET', '/api/models/ann/open');
    assert.equal(info.body.likes, 2);
    const likers = await askJson(hub, 'GET', '/api/models/ann/open/likers?limit=1');
    assert.equal(likers.body[0].user, 'bob');
    assert.match(likers.headers.get('link') ?? '', /rel="next"/);
    for (const [as, likes, models] of [
      [undefined, ['ann/open'], 1],
      [ann, ['ann/shut', 'ann/open'], 2],
    ] as const) {
      const listed = (await askJson(hub, 'GET', '/api/users/ann/likes', { as })).body;
      assert.deepEqual(
        listed.map(({ repo }: Json) => repo.name),
        likes,
      );
      const { body } = await askJson(hub, 'GET', '/api/users/ann/overview', { as });
      assert.deepEqual([body.user, body.numLikes, body.numModels], ['ann', likes.length, models]);
    }
    await askJson(hub, 'DELETE', '/api/models/ann/open/like', { as: ann });
    assert.equal((await askJson(hub, 'GET', '/api/models/ann/open')).body.likes, 1);
    assert.equal((await askJson(hub, 'GET', '/api/organizations/ann/overview')).status, 404);
    assert.deepEqual((await askJson(hub, 'GET', '/api/users/ann/followers')).body, []);
  }));
