import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Objects that a repo has now; a ref may lead to them once their names are on the disk too. */
export interface MovedObjects {
  durable: Promise<void>;
}

/**
 * Moves all objects of a scratch repo into the real one: first the contents reach the disk, then the names move, then
 * the folders that gained them reach it, which the caller waits for. Every step may be repeated, so a crash between two
 * of them leaves unreferenced objects and nothing worse. What a step waits for the disk for, it waits for all at once.
 */
export async function migrateObjects(from: string, to: string): Promise<MovedObjects> {
  await syncObjects(from);
  const folders = await foldersIn(from);
  const gained = await Promise.all(
    folders.map(async (folder) => ((await moveNames(join(from, folder), join(to, folder))) ? [folder] : [])),
  );
  const touched = gained.flat().map((folder) => join(to, folder));
  const durable = Promise.all((touched.length > 0 ? [...touched, to] : []).map(syncFolder)).then(() => {});
  durable.catch(() => {}); // the caller awaits it, perhaps later
  return { durable };
}

/**
 * Brings the contents of all objects of a scratch repo to the disk; quick where they are there already. Git syncs packs
 * as it writes them; loose objects it is told not to, or each would wait for the disk alone.
 */
export async function syncObjects(objects: string): Promise<void> {
  const folders = await foldersIn(objects);
  await Promise.all(
    folders.map(async (folder) => {
      const names = await namesIn(join(objects, folder));
      await Promise.all(names.map((name) => syncFolder(join(objects, folder, name))));
    }),
  );
}

async function foldersIn(objects: string): Promise<string[]> {
  return (await listOrNothing(objects)).filter((name) => name === 'pack' || /^[0-9a-f]{2}$/.test(name));
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
