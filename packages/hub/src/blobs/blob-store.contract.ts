import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const refuses = (code: string) => (error: unknown) => error instanceof HubError && error.code === code;

/** What every BlobStore keeps. Each implementation's test calls it with a way to get a fresh store. */
export function blobStoreContract(
  name: string,
  withStore: (work: (store: BlobStore) => Promise<void>) => Promise<void>,
) {
  test(`${name}: what was put comes back, whole and in part`, () =>
    withStore(async (store) => {
      const bytes = randomBytes(300_000);
      const sha256 = digestOf(bytes);
      assert.deepEqual(await store.put(chunked(bytes, 70_000), { sha256, size: bytes.length }), {
        sha256,
        size: 300_000,
      });
      assert.ok((await buffer(await store.open(sha256))).equals(bytes));
      assert.ok(
        (await buffer(await store.open(sha256, { start: 10, end: 19 }))).equals(bytes.subarray(10, 20)),
      );
      assert.ok((await buffer(await store.open(sha256, { start: 299_990 }))).equals(bytes.subarray(-10)));
      assert.ok(
        (await buffer(await store.open(sha256, { start: 299_990, end: 900_000 }))).equals(
          bytes.subarray(-10),
        ),
      );
    }));

  test(`${name}: an empty blob is a blob`, () =>
    withStore(async (store) => {
      const { sha256 } = await store.put(chunked(Buffer.alloc(0), 1));
      assert.equal(await store.size(sha256), 0);
      assert.equal((await buffer(await store.open(sha256))).length, 0);
    }));

  test(`${name}: has and size tell what is there`, () =>
    withStore(async (store) => {
      const { sha256 } = await store.put(chunked(Buffer.from('abc'), 2));
      assert.equal(await store.has(sha256), true);
      assert.equal(await store.has(sha256, 3), true);
      assert.equal(await store.has(sha256, 4), false);
      assert.equal(await store.has('0'.repeat(64)), false);
      assert.equal(await store.size('0'.repeat(64)), null);
    }));

  test(`${name}: bytes that are not the announced ones are refused and leave nothing`, () =>
    withStore(async (store) => {
      const bytes = Buffer.from('something');
      const sha256 = digestOf(bytes);
      await assert.rejects(
        store.put(chunked(bytes, 4), { sha256: '0'.repeat(64) }),
        refuses('invalid-input'),
      );
      await assert.rejects(store.put(chunked(bytes, 4), { sha256, size: 8 }), refuses('invalid-input'));
      await assert.rejects(store.put(chunked(bytes, 4), { sha256, size: 10 }), refuses('invalid-input'));
      assert.equal(await store.has(sha256), false);
      assert.equal(await store.has('0'.repeat(64)), false);
    }));

  test(`${name}: an upload that breaks off leaves nothing`, () =>
    withStore(async (store) => {
      const broken = async function* () {
        yield Buffer.from('some');
        throw new Error('the client went away');
      };
      await assert.rejects(store.put(broken()), /went away/);
      assert.equal(await store.has(digestOf(Buffer.from('some'))), false);
    }));

  test(`${name}: the same blob put by many at once is one blob`, () =>
    withStore(async (store) => {
      const bytes = randomBytes(50_000);
      const all = await Promise.all(Array.from({ length: 8 }, () => store.put(chunked(bytes, 9_000))));
      assert.equal(new Set(all.map((info) => info.sha256)).size, 1);
      assert.ok((await buffer(await store.open(all[0]!.sha256))).equals(bytes));
    }));

  test(`${name}: a missing blob and a range past the end are told apart; removing twice is fine`, () =>
    withStore(async (store) => {
      const { sha256 } = await store.put(chunked(Buffer.from('abc'), 3));
      await assert.rejects(store.open(sha256, { start: 3 }), refuses('range-not-satisfiable'));
      await store.remove(sha256);
      await store.remove(sha256);
      await assert.rejects(store.open(sha256), refuses('not-found'));
    }));

  test(`${name}: a name that is no digest never becomes a path`, () =>
    withStore(async (store) => {
      await assert.rejects(async () => store.size('../../etc/passwd'), refuses('invalid-input'));
    }));
}
