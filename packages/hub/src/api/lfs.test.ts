import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { askJson, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, testOrigin, withHub } from '../testing/with-hub.ts';

const mib = 2 ** 20;
const bytes = randomBytes(2 * mib + 5);
const oid = createHash('sha256').update(bytes).digest('hex');

async function askBatch(hub: TestHub, as: TestUser, transfers: string[], size = bytes.length) {
  const json = { operation: 'upload', transfers, objects: [{ oid, size }], hash_algo: 'sha256' };
  const { body } = await askJson(hub, 'POST', '/alice/m.git/info/lfs/objects/batch', { as, json });
  return { transfer: body.transfer as string, actions: body.objects[0].actions };
}

const pathOf = (href: string) => href.replace(testOrigin, '');

test('an answer names no more parts than a client can read', () =>
  withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      await makeRepo(hub, alice, { name: 'm' });
      const objects = [8_000, 8_000, 2].map((count, at) => ({
        oid: String(at).repeat(64),
        size: count * mib,
      }));
      const json = { operation: 'upload', transfers: ['multipart'], objects };
      const { body } = await askJson(hub, 'POST', '/alice/m.git/info/lfs/objects/batch', { as: alice, json });
      const inParts = body.objects.map((one: Json) => one.actions.upload.header !== undefined);
      assert.deepEqual(inParts, [true, false, true]);
    },
    { config: { lfsPartMib: '1' } },
  ));

// compat: lfs.multipart, lfs.verify, lfs.batch
test('an object comes in parts, in any order, again where one failed, and is whole or not there', () =>
  withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      await makeRepo(hub, alice, { name: 'm' });
      assert.equal((await askBatch(hub, alice, ['basic'])).transfer, 'basic');
      assert.equal((await askBatch(hub, alice, ['basic', 'multipart'], mib)).transfer, 'basic');
      const { transfer, actions } = await askBatch(hub, alice, ['basic', 'multipart']);
      assert.equal(transfer, 'multipart');
      const { chunk_size, ...parts } = actions.upload.header as Record<string, string>;
      assert.deepEqual([chunk_size, Object.keys(parts)], [String(mib), ['00001', '00002', '00003']]);
      const put = (part: string, body: Uint8Array<ArrayBuffer>) =>
        hub.ask('PUT', pathOf(parts[part]!), { body });
      const slice = (at: number) => new Uint8Array(bytes.subarray(at * mib, (at + 1) * mib));
      const complete = () =>
        hub.ask('POST', pathOf(actions.upload.href), {
          json: { oid, parts: [1, 2, 3].map((partNumber) => ({ partNumber, etag: '"x"' })) },
        });

      assert.equal((await complete()).status, 400);
      assert.equal((await put('00001', slice(2))).status, 400, 'too short');
      assert.equal((await put('00003', slice(0))).status, 400, 'too long');
      const swapped = pathOf(parts['00001']!).replace('part=1', 'part=2');
      assert.equal((await hub.ask('PUT', swapped, { body: slice(1) })).status, 403);
      const third = await put('00003', slice(2));
      assert.deepEqual([third.status, (third.headers.get('etag') ?? '').length], [200, 66]);
      await put('00001', slice(1)); // the wrong bytes, of the right size
      await put('00002', slice(1));
      assert.equal((await complete()).status, 400, 'another hash');
      assert.equal((await hub.ask('POST', pathOf(actions.verify.href), { json: {} })).status, 404);
      await put('00001', slice(0));
      const done = await Promise.all([complete(), complete()]);
      assert.deepEqual(
        done.map(({ status }) => status),
        [200, 200],
      );
      assert.equal((await complete()).status, 200);
      assert.equal((await hub.ask('POST', pathOf(actions.verify.href), { json: {} })).status, 200);
      assert.equal((await askBatch(hub, alice, ['multipart'])).actions, undefined);
      assert.deepEqual(await readdir(join(hub.context.paths.root, 'parts')), []);
    },
    { config: { lfsPartMib: '1' } },
  ));
