import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRunner } from './git-process.ts';

/** From when on a repo is packed anew. Git's own limits are 6,700 loose objects and 50 packs; a look here is cheap. */
const limits = { looseInSample: 8, packs: 20 };
/** One of the 256 folders of loose objects stands for all, as in git's own heuristic. */
const sample = '17';
/** Packs that a killed git was writing are of no use to anyone after this long. */
const abandonedAfterMs = 24 * 3_600_000;

/** Whether a repo holds so many loose objects or packs that reading it becomes slow. Two folders are listed, no more. */
export async function needsMaintenance(dir: string): Promise<boolean> {
  const packs = await list(join(dir, 'objects/pack'));
  if (packs.filter((name) => name.endsWith('.idx')).length > limits.packs) return true;
  return (await list(join(dir, 'objects', sample))).length >= limits.looseInSample;
}

/**
 * Packs what is loose, and joins small packs, so that each pack is at least twice as large as the next (an object is
 * rewritten as often as its repo doubles). No object goes, referenced or not: what was public stays. Readers
 * and clones under way find what moved. The caller must hold the repo's lock: a push moves objects in under it.
 */
export async function repack(runner: GitRunner, dir: string): Promise<void> {
  // Unreachable loose objects go into the pack too; those of old packs are taken over with them.
  await runner.run({ dir, args: ['repack', '-d', '-q', '--geometric=2'] });
  const folder = join(dir, 'objects/pack');
  for (const name of await list(folder)) {
    if (!/^\.?tmp[_-]/.test(name)) continue;
    const found = await stat(join(folder, name)).catch(() => null);
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(join(folder, name), { force: true });
  }
}

/** Bytes of all files below a repo's objects. */
export async function measureObjects(dir: string): Promise<number> {
  let bytes = 0;
  for (const folder of await list(join(dir, 'objects'))) {
    for (const name of await list(join(dir, 'objects', folder))) {
      // What is being moved at this moment counts at its new place.
      bytes += (await stat(join(dir, 'objects', folder, name)).catch(() => null))?.size ?? 0;
    }
  }
  return bytes;
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}
