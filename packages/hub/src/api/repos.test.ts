import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHub } from '../testing/with-hub.ts';

test('a repo is made with a first commit, and once only', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const made = await hub.ask('POST', '/api/repos/create', {
      as: alice,
      json: { name: 'm', organization: null },
    });
    assert.equal(made.status, 200);
    const { url, id, name } = (await made.json()) as Record<string, string>;
    assert.equal(url, 'http://hub.test/alice/m');
    assert.equal(name, 'alice/m');
    assert.match((await hub.context.git.reader(id!).resolve('main')) ?? '', /^[0-9a-f]{40}$/);
    const again = await hub.ask('POST', '/api/repos/create', {
      as: alice,
      json: { name: 'M', type: 'model' },
    });
    assert.equal(again.status, 409);
    assert.equal(((await again.json()) as { url: string }).url, url);
  }));
