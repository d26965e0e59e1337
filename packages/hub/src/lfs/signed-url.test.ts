import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Grant, grantSeconds, openGrant, signGrant } from './signed-url.ts';

const key = randomBytes(32);
const now = new Date('2026-01-01T00:00:00Z');
const grant: Grant = { action: 'upload', repoId: 'a'.repeat(24), oid: 'b'.repeat(64), size: 7 };
const url = new URL(signGrant(key, grant, now), 'http://hub.test');

test('a signed URL allows what it says, until its time is over', () => {
  assert.deepEqual(openGrant(key, 'upload', url, now), grant);
  const [before, after] = [grantSeconds - 1, grantSeconds].map(
    (seconds) => new Date(now.getTime() + seconds * 1000),
  );
  assert.deepEqual(openGrant(key, 'upload', url, before!), grant);
  assert.equal(openGrant(key, 'upload', url, after!), null);
});

// compat: lfs.upload
test('nothing else: not another action, object, repo, size, time or key', () => {
  assert.equal(openGrant(key, 'download', url, now), null);
  assert.equal(openGrant(randomBytes(32), 'upload', url, now), null);
  const changes = [/b{64}/, /a{24}/, /size=7/, /expires=\d/, /signature=../];
  const others = ['c'.repeat(64), 'c'.repeat(24), 'size=8', 'expires=9', 'signature='];
  for (const [index, change] of changes.entries()) {
    const changed = new URL(url.href.replace(change, others[index]!));
    assert.equal(openGrant(key, 'upload', changed, now), null, others[index]);
  }
});
