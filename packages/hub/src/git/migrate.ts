import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Moves all objects of a scratch repo into the real one, durably: first the contents reach the disk, then the names, then
 * the folders that gained them. Every step may be repeated, so a crash between two of them leaves unreferenced objects
 * and nothing worse. What a step waits for the disk for, it waits for all at once.
 */
export async function migrateObjects(from: string, to: string): Promise<void> {
  const folders = (await listOrNothing(from)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  await Promise.all([...folders, 'pack'].map((folder) => syncContents(join(from, folder))));
  const gained: string[] = [];
  for (const folder of [...folders, 'pack'])
    if (await moveNames(join(from, folder), join(to, folder))) gained.push(join(to, folder));
  if (gained.length > 0) await Promise.all([...gained, to].map(syncFolder));
}

/** Git syncs packs as it writes them; loose objects it is told not to, or each would wait for the disk alone. */
async function syncContents(folder: string): Promise<void> {
  await Promise.all((await namesIn(folder)).map((name) => syncFolder(join(folder, name))));
}

async function namesIn(folder: string): Promise<string[]> {
  return (await listOrNothing(folder)).filter((name) => !name.startsWith('tmp_'));
}

async function moveNames(from: string, to: string): Promise<boolean> {
  const names = await namesIn(from);
  if (names.length === 0) return false;
  await mkdir(to, { recursive: true });
  // A pack counts from the moment its index is there, so the index goes last.
  names.sort((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')));
  for (const name of names) await rename(join(from, name), join(to, name));
  return true;
}

/** Makes the names inside a folder, or the contents of a file, survive a power cut. */
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
