import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HubError } from '../errors.ts';

/**
 * Xorbs wait here until a shard says which files they make up, and a while longer: a client remembers, per address,
 * what it has sent, and does not send it again. The address therefore carries an epoch; with a new epoch clients start
 * anew, and what was kept for the one before the last may go.
 */
const epochDays = 7;

/** Largest xorb: 64 MiB of data, and headers. */
const maxXorb = 80 * 2 ** 20;

export function currentEpoch(now: Date): number {
  return Math.floor(now.getTime() / (epochDays * 86_400_000));
}

/** Whether an address of this epoch is still served: the one now, and the one before for uploads that began in it. */
export function isServedEpoch(epoch: number, now: Date): boolean {
  return epoch === currentEpoch(now) || epoch === currentEpoch(now) - 1;
}

/** The xorbs of one repo and epoch. */
export interface XorbStore {
  /** Answers whether it was new. @throws HubError `too-large` */
  put(hash: string, bytes: AsyncIterable<Uint8Array>): Promise<boolean>;
  /** Null when it was never sent. */
  read(hash: string): Promise<Buffer | null>;
}

export function openXorbStore(root: string, repoId: string, epoch: number): XorbStore {
  const pathOf = (hash: string) => join(root, repoId, String(epoch), hash.slice(0, 2), hash);
  return {
    async put(hash, bytes) {
      const path = pathOf(hash);
      if (await stat(path).catch(ifMissing)) {
        for await (const _ of bytes); // the client sends it whole before it listens
        return false;
      }
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeDraft(draft, bytes);
        await rename(draft, path);
      } finally {
        await rm(draft, { force: true });
      }
      return true;
    },
    read: (hash) => readFile(pathOf(hash)).catch(ifMissing),
  };
}

/** Removes what a repo's clients can no longer mean. */
export async function forgetOldEpochs(root: string, repoId: string, now: Date): Promise<void> {
  const epochs = (await readdir(join(root, repoId)).catch(ifMissing)) ?? [];
  for (const epoch of epochs) {
    if (!isServedEpoch(Number(epoch), now))
      await rm(join(root, repoId, epoch), { recursive: true, force: true });
  }
}

async function writeDraft(draft: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of bytes) {
      size += chunk.byteLength;
      if (size > maxXorb) throw new HubError('too-large', `a xorb has at most ${maxXorb} bytes`);
      await file.writeFile(chunk);
    }
    // Clients take a xorb that was acknowledged for kept, for the life of the epoch.
    await file.sync();
  } finally {
    await file.close();
  }
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
