import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Moves all objects of a scratch repo into the real one, durably: file contents were synced by git as they were
 * written, the folders that gain names are synced here. Every step may be repeated, so a crash between two of them
 * leaves unreferenced objects and nothing worse.
 */
export async function migrateObjects(from: string, to: string): Promise<void> {
  for (const folder of await listOrNothing(from)) {
    if (/^[0-9a-f]{2}$/.test(folder)) await moveNames(join(from, folder), join(to, folder));
  }
  await moveNames(join(from, 'pack'), join(to, 'pack'));
  await syncFolder(to);
}

async function moveNames(from: string, to: string): Promise<void> {
  const names = (await listOrNothing(from)).filter((name) => !name.startsWith('tmp_'));
  if (names.length === 0) return;
  await mkdir(to, { recursive: true });
  // A pack counts from the moment its index is there, so the index goes last.
  names.sort((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')));
  for (const name of names) await rename(join(from, name), join(to, name));
  await syncFolder(to);
}

/** Makes new names inside a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listOrNothing(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
