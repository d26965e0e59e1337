import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** A loose object, a pack or a part of one: where it lies below `objects`. */
export interface ObjectFile {
  folder: string;
  name: string;
  bytes: number;
}

/** Objects that a repo has now; a ref may lead to them once their names are on the disk too. */
export interface MovedObjects {
  durable: Promise<void>;
}

/**
 * Brings the contents of all objects of a scratch repo to the disk, and lists them. Git syncs packs as it writes them;
 * loose objects it is told not to, or each would wait for the disk alone.
 * @param objects the scratch repo's `objects` folder
 */
export async function settleObjects(objects: string): Promise<ObjectFile[]> {
  const folders = (await listOrNothing(objects)).filter(
    (name) => name === 'pack' || /^[0-9a-f]{2}$/.test(name),
  );
  const settled = await Promise.all(
    folders.map(async (folder) => {
      const names = (await listOrNothing(join(objects, folder))).filter((name) => !name.startsWith('tmp_'));
      return Promise.all(
        names.map(async (name) => ({ folder, name, bytes: await syncFile(join(objects, folder, name)) })),
      );
    }),
  );
  return settled.flat();
}

/**
 * Moves objects whose contents are on the disk from a scratch repo into the real one; the folders that gained them reach
 * the disk afterwards, which the caller waits for. Every step may be repeated, so a crash between two of them leaves
 * unreferenced objects and nothing worse. What a step waits for the disk for, it waits for all at once.
 */
export async function moveObjects(from: string, to: string, files: ObjectFile[]): Promise<MovedObjects> {
  const folders = [...Map.groupBy(files, ({ folder }) => folder)];
  await Promise.all(
    folders.map(async ([folder, inside]) => {
      // A pack counts from the moment its index is there, so the index goes last.
      const names = inside.map(({ name }) => name).sort((a, b) => Number(isIndex(a)) - Number(isIndex(b)));
      for (const name of names) await moveFile(join(from, folder), join(to, folder), name);
    }),
  );
  const gained = folders.length > 0 ? [...folders.map(([folder]) => join(to, folder)), to] : [];
  const durable = Promise.all(gained.map(syncFolder)).then(() => {});
  durable.catch(() => {}); // the caller awaits it, perhaps later
  return { durable };
}

const isIndex = (name: string) => name.endsWith('.idx');

async function moveFile(from: string, to: string, name: string): Promise<void> {
  try {
    await rename(join(from, name), join(to, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(to, { recursive: true });
    await rename(join(from, name), join(to, name));
  }
}

/** @returns its bytes */
async function syncFile(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Makes the names inside a folder survive a power cut. */
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
