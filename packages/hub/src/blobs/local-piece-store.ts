import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HubError } from '../errors.ts';
import { assertPieceName, type PieceStore } from './piece-store.ts';

/** Pieces as files in a folder, each written aside, flushed and renamed. @param tmpDir on the same file system */
export function createLocalPieceStore(root: string, tmpDir: string): PieceStore {
  const pathOf = (name: string) => {
    assertPieceName(name);
    return join(root, name);
  };
  return {
    async put(name, source, maxBytes) {
      const path = pathOf(name);
      if (await stat(path).catch(ifMissing)) {
        for await (const _ of source); // the client sends it whole before it listens
        return false;
      }
      const draft = join(tmpDir, `piece-${randomUUID()}`);
      try {
        await mkdir(tmpDir, { recursive: true });
        await writeDraft(draft, source, maxBytes);
        await mkdir(dirname(path), { recursive: true });
        await rename(draft, path);
        await syncFolder(dirname(path));
      } finally {
        await rm(draft, { force: true });
      }
      return true;
    },
    read: (name) => readFile(pathOf(name)).catch(ifMissing),
    list: async (folder) => (await readdir(pathOf(folder)).catch(ifMissing)) ?? [],
    removeFolder: (folder) => rm(pathOf(folder), { recursive: true, force: true }),
  };
}

async function writeDraft(draft: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new HubError('too-large', `a piece has at most ${maxBytes} bytes`);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
