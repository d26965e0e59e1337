import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { askJson, commitFiles, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, testOrigin, withHub } from '../testing/with-hub.ts';

const gib = 2 ** 30;
const oneGib = { config: { quotaGib: '1' } };

/** Fills somebody's room with an object that only the record knows, all but `left` bytes. */
async function fill(hub: TestHub, repoId: string, left: number): Promise<void> {
  const { used } = await hub.context.db.one<{ used: number }>(
    'SELECT coalesce(sum(git_bytes), 0)::bigint AS used FROM record.repos WHERE deleted_at IS NULL',
  );
  await hub.context.db.query('INSERT INTO record.lfs_objects (repo_id, oid, size) VALUES ($1, $2, $3)', [
    repoId,
    'f'.repeat(64),
    gib - used - left,
  ]);
}

async function storageOf(hub: TestHub, as: TestUser) {
  const { body } = await askJson(hub, 'GET', '/api/assay/storage', { as });
  return Object.fromEntries(body.storage.map((one: { name: string }) => [one.name, one]));
}

test('what fills the room is refused by LFS, by git and by commit; deleting passes, and makes room', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const id = await makeRepo(hub, alice, { name: 'm' });
    await fill(hub, id, 100_000);
    const ask = (size: number, oid = 'a'.repeat(64)) =>
      askJson(hub, 'POST', '/alice/m.git/info/lfs/objects/batch', {
        as: alice,
        json: { operation: 'upload', transfers: ['basic'], objects: [{ oid, size }] },
      });
    const bytes = randomBytes(90_000);
    const oid = createHash('sha256').update(bytes).digest('hex');
    const offered = (await ask(bytes.length, oid)).body.objects[0];
    const refused = (await ask(100_001)).body.objects[0];
    assert.deepEqual([refused.error.code, refused.actions], [507, undefined]);
    assert.match(refused.error.message, /alice may keep 1073741824 bytes and keeps \d+/);

    // Git: large changes do not pass, small ones do.
    const big = { 'big.txt': randomBytes(120_000).toString('hex') };
    await assert.rejects(commitFiles(hub, alice, { repo: 'alice/m', files: big }), /quota-exceeded|may keep/);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'README.md': 'Small.\n' } });

    // An address given before the room was used up does not outlive it.
    await hub.context.db.query('UPDATE record.lfs_objects SET size = size + 50000 WHERE repo_id = $1', [id]);
    const sent = await hub.ask('PUT', offered.actions.upload.href.replace(testOrigin, ''), { body: bytes });
    assert.equal(sent.status, 403);
    assert.equal(((await sent.json()) as { code: string }).code, 'quota-exceeded');

    const full = (await storageOf(hub, alice)).alice;
    assert.equal(full.used, full.git + full.large + full.buckets);
    assert.ok(full.git > 0 && full.large > gib - 200_000);
    await hub.context.db.query('DELETE FROM record.lfs_objects WHERE repo_id = $1', [id]);
    await commitFiles(hub, alice, { repo: 'alice/m', files: big });
    assert.ok((await storageOf(hub, alice)).alice.git > full.git + 100_000);
  }, oneGib));

test('an organisation has room of its own, and a copy must fit', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const bob = await hub.user('bob');
    assert.equal(
      (await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } })).status,
      201,
    );
    const id = await makeRepo(hub, alice, { name: 'm' });
    await fill(hub, id, 10);
    const copy = await askJson(hub, 'POST', '/api/models/alice/m/duplicate', {
      as: alice,
      json: { repository: 'alice/n' },
    });
    assert.deepEqual([copy.status, copy.body.code], [403, 'quota-exceeded']);
    assert.equal((await askJson(hub, 'GET', '/api/models/alice/n', { as: alice })).status, 404);
    const storage = await storageOf(hub, alice);
    assert.deepEqual(Object.keys(storage), ['alice', 'lab']);
    assert.equal(storage.lab.used, 0);
    assert.deepEqual(Object.keys(await storageOf(hub, bob)), ['bob']);
  }, oneGib));
