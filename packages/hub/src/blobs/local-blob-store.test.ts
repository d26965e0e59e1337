import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from './blob-store.contract.ts';
import { createLocalBlobStore } from './local-blob-store.ts';

blobStoreContract('local folder', async (work) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-blobs-'));
  try {
    await work(createLocalBlobStore(join(folder, 'blobs'), join(folder, 'tmp')));
    const drafts = await readdir(join(folder, 'tmp')).catch(() => []);
    assert.deepEqual(drafts, [], 'no draft is left behind');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
