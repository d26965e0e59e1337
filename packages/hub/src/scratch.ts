import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataPaths } from './config/data-paths.ts';

/** Where uploads and pushes in progress lie. */
export interface Scratch {
  dir: string;
  close(): Promise<void>;
}

/** Nothing that is still being written is older than this: a silent connection is cut long before. */
const leftoverAgeMs = 24 * 3_600_000;

/**
 * The scratch folder of this process. The serving one takes away what a crash left; a visit gets a folder of its own, so
 * that it never clears what the running hub is working on.
 */
export async function openScratch(paths: DataPaths, purpose: 'serve' | 'visit'): Promise<Scratch> {
  if (purpose === 'visit') {
    const dir = join(paths.tmp, `visit-${process.pid}`);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return { dir, close: () => rm(dir, { recursive: true, force: true }) };
  }
  for (const name of await readdir(paths.tmp)) {
    const path = join(paths.tmp, name);
    const found = /^(blob|evidence|publish|visit)-/.test(name) ? await stat(path).catch(() => null) : null;
    if (found && Date.now() - found.mtimeMs > leftoverAgeMs) await rm(path, { recursive: true, force: true });
  }
  return { dir: paths.tmp, close: async () => {} };
}
