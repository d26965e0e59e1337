import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../errors.ts';

/** One large object that comes in parts, from 1. Parts wait in a folder of their own until all are there. */
export interface PartStore {
  /**
   * Keeps a part, in place of one that was sent before.
   * @param size bytes it must have
   * @returns its SHA-256
   * @throws HubError `invalid-input` for another size
   */
  put(part: number, bytes: AsyncIterable<Uint8Array>, size: number): Promise<string>;
  /** Which of so many parts were never sent. */
  missing(count: number): Promise<number[]>;
  /** All bytes, one part after the other. */
  read(count: number): AsyncGenerator<Uint8Array>;
  remove(): Promise<void>;
}

/** The parts of one object of one repo, below `root`. */
export function openPartStore(root: string, repoId: string, oid: string): PartStore {
  const folder = join(root, `${repoId}-${oid}`);
  const pathOf = (part: number) => join(folder, String(part));
  return {
    async put(part, bytes, size) {
      await mkdir(folder, { recursive: true });
      const draft = `${pathOf(part)}.${randomUUID()}`;
      try {
        const sha256 = await writeDraft(draft, bytes, size);
        await rename(draft, pathOf(part));
        return sha256;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async missing(count) {
      const here = new Set(await readdir(folder).catch(none));
      return Array.from({ length: count }, (_, at) => at + 1).filter((part) => !here.has(String(part)));
    },
    async *read(count) {
      for (let part = 1; part <= count; part++) yield* createReadStream(pathOf(part));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Removes uploads that got no part for so long: their addresses are good no more. */
export async function forgetOldParts(root: string, now: Date, seconds: number): Promise<void> {
  for (const name of await readdir(root).catch(none)) {
    const found = await stat(join(root, name)).catch(() => null);
    if (found && now.getTime() - found.mtimeMs > seconds * 1000)
      await rm(join(root, name), { recursive: true, force: true });
  }
}

async function writeDraft(draft: string, bytes: AsyncIterable<Uint8Array>, size: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(draft, 'wx', 0o600);
  let written = 0;
  try {
    for await (const chunk of bytes) {
      written += chunk.byteLength;
      if (written > size) break;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  if (written === size) return hash.digest('hex');
  throw new HubError(
    'invalid-input',
    `this part has ${size} bytes, not ${written > size ? 'more' : written}`,
  );
}

function none(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
