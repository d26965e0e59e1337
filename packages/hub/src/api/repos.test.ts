import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

type Json = Record<string, unknown>;

async function create(
  hub: TestHub,
  as: TestUser | undefined,
  json: Json,
): Promise<{ status: number; body: Json }> {
  const answer = await hub.ask('POST', '/api/repos/create', { as, json });
  return { status: answer.status, body: (await answer.json()) as Json };
}

const check = (hub: TestHub, as: TestUser | undefined, path: string) =>
  hub.ask('GET', `${path}/auth-check`, { as });

// compat: repos.create, repos.create.exists, base.repo-url-shape, base.casing
test('a repo is made with a first commit, and once only, whatever the case', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const made = await create(hub, alice, { name: 'm', organization: null });
    assert.equal(made.status, 200);
    assert.deepEqual([made.body.url, made.body.name], ['http://hub.test/alice/m', 'alice/m']);
    const reader = hub.context.git.reader(String(made.body.id));
    const commit = await reader.resolve('main');
    assert.ok(commit && (await reader.entry(commit, '.gitattributes')));
    const again = await create(hub, alice, { name: 'M', type: 'model' });
    assert.deepEqual([again.status, again.body.url], [409, made.body.url]);
    assert.equal(
      (await create(hub, alice, { name: 'm', type: 'dataset' })).body.url,
      'http://hub.test/datasets/alice/m',
    );
  }));

test('twenty creations of one name at once make one repo', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const all = await Promise.all(Array.from({ length: 20 }, () => create(hub, alice, { name: 'm' })));
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 409)]);
    assert.ok(all.every(({ body }) => body.url === 'http://hub.test/alice/m'));
  }));

// compat: repos.create.files
test('first files are part of the first commit', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const files = [
      { path: 'README.md', encoding: 'base64', content: Buffer.from('# hello\n').toString('base64') },
    ];
    const { body } = await create(hub, alice, { name: 'm', files });
    const reader = hub.context.git.reader(String(body.id));
    const commit = (await reader.resolve('main'))!;
    assert.ok(await reader.entry(commit, 'README.md'));
    assert.equal((await reader.commit(commit)).parents.length, 0);
  }));

// compat: repos.create.exists, repos.create.forbidden
test('who may not write under a name is told whether the repo is there, unless it is private', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await create(hub, alice, { name: 'open' });
    await create(hub, alice, { name: 'secret', visibility: 'private' });
    assert.equal((await create(hub, bob, { name: 'open', organization: 'alice' })).status, 409);
    const secret = await create(hub, bob, { name: 'secret', organization: 'alice' });
    const nothing = await create(hub, bob, { name: 'nothing', organization: 'alice' });
    assert.equal(secret.status, 403);
    assert.deepEqual(secret.body, nothing.body);
    assert.equal((await create(hub, undefined, { name: 'x' })).status, 401);
  }));

// compat: names.rules
test('names that clients refuse are refused here', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    for (const name of ['a--b', '.x', 'x-', 'a..b', 'x.git', 'a/b', 'ü', 'x'.repeat(97), '']) {
      assert.equal((await create(hub, alice, { name })).status, 400, name);
    }
    assert.equal((await create(hub, alice, { name: 'x', type: 'bucket' })).status, 400);
  }));

// compat: repos.auth-check, auth.missing-repo, auth.private, auth.gated, auth.disabled
test('private, gated and missing repos answer each caller with the code of the table', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await create(hub, alice, { name: 'secret', private: true });
    await create(hub, alice, { name: 'gated', type: 'dataset' });
    const gate = await hub.ask('PUT', '/api/datasets/alice/gated/settings', {
      as: alice,
      json: { gated: 'auto' },
    });
    assert.equal(((await gate.json()) as Json).gated, 'auto');
    const table: [string, TestUser | undefined, number, string | null][] = [
      ['/api/models/alice/secret', alice, 200, null],
      ['/api/models/alice/secret', bob, 404, 'RepoNotFound'],
      ['/api/models/alice/secret', undefined, 401, 'RepoNotFound'],
      ['/api/models/alice/none', alice, 404, 'RepoNotFound'],
      ['/api/models/alice/none', undefined, 401, 'RepoNotFound'],
      ['/api/datasets/alice/gated', alice, 200, null],
      ['/api/datasets/alice/gated', bob, 403, 'GatedRepo'],
      ['/api/datasets/alice/gated', undefined, 401, 'GatedRepo'],
    ];
    for (const [path, as, status, code] of table) {
      const answer = await check(hub, as, path);
      assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [status, code], path);
    }
    await hub.context.db.query('UPDATE record.repos SET disabled = true');
    const disabled = await check(hub, alice, '/api/datasets/alice/gated');
    assert.equal(disabled.status, 403);
    assert.equal(disabled.headers.get('x-error-message'), 'Access to this resource is disabled.');
  }));

// compat: repos.settings, base.unknown-keys
test('settings change only what is sent', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await create(hub, alice, { name: 'm' });
    const put = async (json: Json) =>
      (await (await hub.ask('PUT', '/api/models/alice/m/settings', { as: alice, json })).json()) as Json;
    assert.equal((await put({ visibility: 'private' })).private, true);
    assert.equal((await put({ discussionsDisabled: true, unknown: 1 })).private, true);
    assert.deepEqual(await put({ private: false, gated: false }), {
      private: false,
      visibility: 'public',
      gated: false,
      discussionsDisabled: true,
    });
  }));

// compat: repos.delete
test('a deleted repo is gone, its name is free, and what was on its disk is gone too', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    const { body } = await create(hub, alice, { name: 'm' });
    const remove = (as: TestUser) =>
      hub.ask('DELETE', '/api/repos/delete', { as, json: { name: 'm', organization: 'alice' } });
    assert.equal((await remove(bob)).status, 403);
    assert.equal((await remove(alice)).status, 200);
    assert.equal((await remove(alice)).status, 404);
    assert.equal((await check(hub, alice, '/api/models/alice/m')).status, 404);
    const { existsSync } = await import('node:fs');
    assert.equal(existsSync(hub.context.git.dir(String(body.id))), false);
    assert.notEqual((await create(hub, alice, { name: 'm' })).body.id, body.id);
  }));

// compat: repos.move
test('a renamed repo answers under its new name and leads there from the old one, until that is taken again', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await create(hub, alice, { name: 'old' });
    const move = (as: TestUser, toRepo: string) =>
      hub.ask('POST', '/api/repos/move', { as, json: { fromRepo: 'alice/old', toRepo, type: 'model' } });
    assert.equal((await move(bob, 'bob/mine')).status, 403);
    assert.equal((await move(alice, 'bob/mine')).status, 403);
    assert.equal((await move(alice, 'alice/new')).status, 200);
    assert.equal((await check(hub, alice, '/api/models/alice/new')).status, 200);
    const old = await check(hub, alice, '/api/models/alice/old');
    assert.deepEqual(
      [old.status, old.headers.get('location')],
      [307, 'http://hub.test/api/models/alice/new/auth-check'],
    );
    await create(hub, alice, { name: 'old' });
    assert.equal((await check(hub, alice, '/api/models/alice/old')).status, 200);
    assert.equal((await move(alice, 'alice/new')).status, 409);
  }));
