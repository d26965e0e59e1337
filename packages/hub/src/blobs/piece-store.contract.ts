import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import type { PieceStore } from './piece-store.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const many = 1_000_000;

/** What every PieceStore keeps. Each implementation's test calls it with a way to get a fresh store. */
export function pieceStoreContract(
  name: string,
  withStore: (work: (store: PieceStore) => Promise<void>) => Promise<void>,
) {
  test(`${name}: a piece is kept once under its name, and read back`, () =>
    withStore(async (store) => {
      const bytes = randomBytes(200_000);
      assert.equal(await store.read('repo/1/aa/x'), null);
      assert.equal(await store.put('repo/1/aa/x', chunked(bytes, 70_000), many), true);
      assert.equal(await store.put('repo/1/aa/x', chunked(Buffer.from('else'), 2), many), false);
      assert.deepEqual(await store.read('repo/1/aa/x'), bytes);
    }));

  test(`${name}: one that breaks off or is too large leaves nothing`, () =>
    withStore(async (store) => {
      const broken = async function* () {
        yield Buffer.from('some');
        throw new Error('the client went away');
      };
      await assert.rejects(store.put('repo/1/aa/x', broken(), many), /went away/);
      await assert.rejects(
        store.put('repo/1/aa/x', chunked(randomBytes(100), 30), 99),
        (error) => error instanceof HubError && error.code === 'too-large',
      );
      assert.equal(await store.read('repo/1/aa/x'), null);
    }));

  test(`${name}: folders are listed and removed, and no other folder with them`, () =>
    withStore(async (store) => {
      for (const piece of ['repo/1/aa/x', 'repo/1/bb/y', 'repo/10/aa/x', 'other/1/aa/x'])
        await store.put(piece, chunked(Buffer.from('abc'), 3), many);
      assert.deepEqual((await store.list('repo')).sort(), ['1', '10']);
      await store.removeFolder('repo/1');
      await store.removeFolder('repo/1');
      assert.deepEqual(await store.list('repo'), ['10']);
      assert.deepEqual(await store.list('nothing'), []);
      assert.equal(await store.read('repo/1/bb/y'), null);
      assert.deepEqual(await store.read('other/1/aa/x'), Buffer.from('abc'));
    }));

  test(`${name}: a name that leads elsewhere is never used`, () =>
    withStore(async (store) => {
      for (const piece of ['../x', 'a//b', '/a', 'a/', 'a/../../b', ''])
        await assert.rejects(async () => store.read(piece), TypeError);
    }));
}
