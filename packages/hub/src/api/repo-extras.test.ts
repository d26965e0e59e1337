import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { askJson, commitFiles, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, testOrigin, withHub } from '../testing/with-hub.ts';

/** Uploads a large object to a repo and commits its pointer. */
async function commitLarge(hub: TestHub, as: TestUser, repo: string, path: string): Promise<string> {
  const bytes = randomBytes(1_000);
  const oid = createHash('sha256').update(bytes).digest('hex');
  const batch = await askJson(hub, 'POST', `/${repo}.git/info/lfs/objects/batch`, {
    as,
    json: { operation: 'upload', objects: [{ oid, size: bytes.length }] },
  });
  const { href } = batch.body.objects[0].actions.upload;
  assert.equal((await hub.ask('PUT', href.slice(testOrigin.length), { body: bytes })).status, 200);
  const line = { key: 'lfsFile', value: { path, algo: 'sha256', oid, size: bytes.length } };
  const lines = [{ key: 'header', value: { summary: 'Add it' } }, line];
  const body = lines.map((one) => JSON.stringify(one)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  assert.equal((await hub.ask('POST', `/api/models/${repo}/commit/main`, { as, body, headers })).status, 200);
  return oid;
}

// compat: repos.duplicate
test('a copy has branches, tags and large files, is indexed, and asks for the rights to read and to make', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'README.md': '---\nlicense: mit\n---\n' } });
    await commitLarge(hub, alice, 'alice/m', 'w.bin');
    await askJson(hub, 'POST', '/api/models/alice/m/branch/side', { as: alice });
    await askJson(hub, 'POST', '/api/models/alice/m/tag/main', {
      as: alice,
      json: { tag: 'v1', message: 'first' },
    });
    const path = '/api/models/alice/m/duplicate';
    const made = await askJson(hub, 'POST', path, { as: bob, json: { repository: 'bob/copy' } });
    assert.deepEqual([made.status, made.body.url], [200, `${testOrigin}/bob/copy`]);
    const [from, to] = await Promise.all(
      ['alice/m', 'bob/copy'].map(async (id) => (await askJson(hub, 'GET', `/api/models/${id}/refs`)).body),
    );
    assert.deepEqual(to, from);
    const bytes = await Promise.all(
      ['alice/m', 'bob/copy'].map(async (id) =>
        (await hub.ask('GET', `/${id}/resolve/v1/w.bin`)).arrayBuffer(),
      ),
    );
    assert.deepEqual(bytes[0], bytes[1]);
    assert.ok((await askJson(hub, 'GET', '/api/models/bob/copy')).body.tags.includes('license:mit'));
    const again = await askJson(hub, 'POST', path, { as: bob, json: { repository: 'bob/copy' } });
    assert.deepEqual([again.status, again.body.url], [409, `${testOrigin}/bob/copy`]);
    assert.equal(
      (await askJson(hub, 'POST', path, { as: bob, json: { repository: 'alice/n' } })).status,
      403,
    );
    await askJson(hub, 'PUT', '/api/models/alice/m/settings', { as: alice, json: { gated: 'manual' } });
    assert.equal(
      (await askJson(hub, 'POST', path, { as: bob, json: { repository: 'bob/more' } })).status,
      403,
    );
  }));

// compat: compare, treesize
test('two revisions are compared, and folders measured', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'd/a.txt': 'one\n', 'd/e/b.txt': 'four\n' } });
    await askJson(hub, 'POST', '/api/models/alice/m/branch/old%2Fone', { as: alice });
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'd/a.txt': 'two\n', 'd/e/b.txt': null } });
    const get = async (tail: string) => (await hub.ask('GET', `/api/models/alice/m/${tail}`)).text();
    assert.match(await get('compare/old%2Fone..main'), /^-one\n\+two$/m);
    const raw = (await get('compare/old/one..main?raw=1')).trim().split('\n');
    assert.deepEqual(
      raw.map((line) => line.split(' ').at(-1)),
      ['M\td/a.txt', 'D\td/e/b.txt'],
    );
    assert.equal((await hub.ask('GET', '/api/models/alice/m/compare/main')).status, 400);
    assert.equal((await hub.ask('GET', '/api/models/alice/m/compare/main..none')).status, 404);
    assert.deepEqual(JSON.parse(await get('treesize/old%2Fone/d')), { path: '/d', size: 9 });
    const large = await commitLarge(hub, alice, 'alice/m', 'd/w.bin');
    assert.match(large, /^[0-9a-f]{64}$/);
    assert.equal(JSON.parse(await get('treesize/main/d')).size, 1_004);
    assert.equal((await hub.ask('GET', '/api/models/alice/m/treesize/main/none')).status, 404);
  }));

// compat: lfs-files
test('large files are listed with their place and given up only when no head names them', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    const oid = await commitLarge(hub, alice, 'alice/m', 'w.bin');
    const list = async () => (await askJson(hub, 'GET', '/api/models/alice/m/lfs-files', { as: alice })).body;
    const [file] = await list();
    assert.deepEqual(
      [file.fileOid, file.filename, file.ref, file.size],
      [oid, 'w.bin', 'refs/heads/main', 1_000],
    );
    assert.match(file.pushedAt, /Z$/);
    assert.equal((await askJson(hub, 'GET', '/api/models/alice/m/lfs-files', { as: bob })).status, 403);
    const giveUp = () =>
      askJson(hub, 'POST', '/api/models/alice/m/lfs-files/batch', {
        as: alice,
        json: { deletions: { sha: [oid] } },
      });
    assert.equal((await giveUp()).status, 409);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'w.bin': null } });
    assert.equal((await list())[0].filename, '');
    assert.deepEqual((await giveUp()).body, { deleted: 1 });
    assert.deepEqual(await list(), []);
  }));

// compat: repos.own, lists.tags
test('own repos are listed with their room, and tags of public repos by type', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } });
    await makeRepo(hub, alice, { name: 'open' });
    await makeRepo(hub, alice, { name: 'shut', private: true });
    await makeRepo(hub, alice, { name: 'm', organization: 'lab', private: true });
    for (const [repo, license] of [
      ['alice/open', 'mit'],
      ['alice/shut', 'secret-words'],
    ] as const)
      await commitFiles(hub, alice, { repo, files: { 'README.md': `---\nlicense: ${license}\n---\n` } });
    const own = (await askJson(hub, 'GET', '/api/settings/repositories', { as: alice })).body;
    assert.deepEqual(own.map(({ id, visibility }: Json) => `${id} ${visibility}`).sort(), [
      'alice/open public',
      'alice/shut private',
    ]);
    const path = '/api/organizations/lab/settings/repositories';
    assert.equal((await askJson(hub, 'GET', path, { as: alice })).body.length, 1);
    assert.equal((await askJson(hub, 'GET', path, { as: bob })).status, 403);
    const tags = (await askJson(hub, 'GET', '/api/models-tags-by-type')).body;
    assert.deepEqual(tags.license, [{ id: 'license:mit', label: 'mit', type: 'license' }]);
  }));
