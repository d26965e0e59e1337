import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHub } from '../testing/with-hub.ts';
import { finishCreations } from './finish-creations.ts';

test('a repo that a crash left without its first commit gets one, and no other repo does', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const { db, git } = hub.context;
    await hub.ask('POST', '/api/repos/create', { as: alice, json: { name: 'whole' } });
    const id = 'a'.repeat(24);
    await db.query(
      `INSERT INTO record.repos (id, type, namespace, name, owner_id, created_by) VALUES ($1, 'model', 'alice', 'half', $2, $2)`,
      [id, alice.actor.id],
    );
    assert.equal(await finishCreations(hub.context, 60), 0, 'another process may be at it');
    assert.equal(await finishCreations(hub.context, 0), 1);
    assert.match((await git.reader(id).resolve('main')) ?? '', /^[0-9a-f]{40}$/);
    assert.equal(await finishCreations(hub.context, 0), 0);
  }));
