import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataPaths } from './config/data-paths.ts';

/** Where uploads and pushes in progress lie. */
export interface Scratch {
  dir: string;
  close(): Promise<void>;
}

const signOfLife = 'alive';
const beatMs = 60_000;
/** A process that has not been heard of for so long is gone; what it had begun was never acknowledged. */
const goneAfterMs = 3_600_000;

/**
 * A scratch folder of this process alone: several hubs may share a data folder, and a one-shot command works beside them.
 * Each one shows that it lives, and takes away what those left that do so no more.
 */
export async function openScratch(paths: DataPaths): Promise<Scratch> {
  const dir = join(paths.tmp, `${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const beat = () => writeFile(join(dir, signOfLife), String(process.pid));
  await beat();
  await removeLeftovers(paths.tmp, dir);
  const timer = setInterval(() => {
    // A full disk is told by whoever needs it; here the next beat tries again.
    beat()
      .then(() => removeLeftovers(paths.tmp, dir))
      .catch(() => {});
  }, beatMs).unref();
  return {
    dir,
    async close() {
      clearInterval(timer);
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Ages are told by the file system's clock, which is one for all machines that share the folder. */
async function removeLeftovers(tmpDir: string, own: string): Promise<void> {
  const now = (await stat(join(own, signOfLife))).mtimeMs;
  for (const name of await readdir(tmpDir)) {
    const path = join(tmpDir, name);
    const seen = await lastSeen(path);
    if (seen !== null && now - seen > goneAfterMs) await rm(path, { recursive: true, force: true });
  }
}

async function lastSeen(path: string): Promise<number | null> {
  const found =
    (await stat(join(path, signOfLife)).catch(() => null)) ?? (await stat(path).catch(() => null));
  return found?.mtimeMs ?? null;
}
