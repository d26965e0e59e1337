import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OnStep } from './lock.ts';

/** The log as static files, as any web server or CDN can serve them: `checkpoint`, `vkey`, `tile/…`. */
export interface TileFiles {
  /** Null when it is not there. */
  read(path: string): Promise<Buffer | null>;
  /**
   * MUST have all bytes, and their names, durably on disk before it resolves; each file is whole under its name, or
   * not there. Writing what is there already changes nothing that a reader could see.
   */
  write(files: { path: string; bytes: Uint8Array }[]): Promise<void>;
  /** Removes a folder of partial tiles; nothing when it is not there. */
  remove(folder: string): Promise<void>;
}

/** Drafts lie beside the tiles, on the same file system, and are cleared by `clearDrafts`. */
const draftFolder = 'drafts';
/** Flushes run side by side: the disk joins them. */
const writtenAtOnce = 16;

export function createTileFiles(dir: string, onStep: OnStep): TileFiles {
  const made = new Set<string>();
  return {
    async read(path) {
      return readFile(join(dir, path)).catch(ifMissing);
    },
    async write(files) {
      await mkdir(join(dir, draftFolder), { recursive: true });
      const drafts: string[] = [];
      try {
        for (let at = 0; at < files.length; at += writtenAtOnce) {
          const writing = files.slice(at, at + writtenAtOnce).map(({ bytes }) => {
            const draft = join(dir, draftFolder, randomUUID());
            drafts.push(draft);
            return writeDurably(draft, bytes, onStep);
          });
          await Promise.all(writing);
        }
        const folders = new Set<string>();
        for (const [at, { path }] of files.entries()) {
          for (const folder of await makeFolders(dir, dirname(path), made)) folders.add(folder);
          await rename(drafts[at]!, join(dir, path));
          onStep('files:renamed');
        }
        for (const folder of folders) await syncFolder(folder);
        onStep('files:durable');
      } catch (error) {
        made.clear(); // another process may have taken a folder away
        throw error;
      } finally {
        for (const draft of drafts) await rm(draft, { force: true });
      }
    },
    async remove(folder) {
      await rm(join(dir, folder), { recursive: true, force: true });
      made.delete(folder);
    },
  };
}

/** What a killed process was writing. Only the hub that serves calls it. */
export async function clearDrafts(dir: string): Promise<void> {
  await rm(join(dir, draftFolder), { recursive: true, force: true });
}

async function writeDurably(path: string, bytes: Uint8Array, onStep: OnStep): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    onStep('files:written');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder below `dir`; answers the folders whose names' durability now hangs on a sync. */
async function makeFolders(dir: string, folder: string, made: Set<string>): Promise<string[]> {
  const full = join(dir, folder);
  if (made.has(folder)) return [full];
  await mkdir(full, { recursive: true, mode: 0o755 });
  made.add(folder);
  const chain = [full];
  for (let at = folder; at !== '.'; at = dirname(at)) chain.push(join(dir, dirname(at)));
  return chain;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return null;
  throw error;
}
