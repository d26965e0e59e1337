import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a password is verified against its hash and no other, and the hash does not hold it', async () => {
  const hash = await hashPassword('correct horse');
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
  assert.equal(await verifyPassword('correct horse', hash), true);
  assert.equal(await verifyPassword('correct horsf', hash), false);
  assert.notEqual(await hashPassword('correct horse'), hash);
});

test('an account without a password lets nobody in, in as much time', async () => {
  await verifyPassword('warm up', null);
  const before = performance.now();
  assert.equal(await verifyPassword('anything', null), false);
  assert.ok(performance.now() - before > 5);
});
