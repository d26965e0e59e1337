import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalPieceStore } from './local-piece-store.ts';
import { pieceStoreContract } from './piece-store.contract.ts';

pieceStoreContract('local folder', async (work) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-pieces-'));
  try {
    await work(createLocalPieceStore(join(folder, 'pieces'), join(folder, 'tmp')));
    assert.deepEqual(await readdir(join(folder, 'tmp')).catch(() => []), [], 'no draft is left behind');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
