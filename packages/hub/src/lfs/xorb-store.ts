import type { PieceStore } from '../blobs/piece-store.ts';
import type { Sql } from '../db/sql.ts';

/**
 * Xorbs wait here until a shard says which files they make up, and a while longer: a client remembers, per address,
 * what it has sent, and does not send it again. The address therefore carries an epoch; with a new epoch clients start
 * anew, and what was kept for the one before the last may go.
 */
const epochDays = 7;

/** Largest xorb: 64 MiB of data, and headers. */
const maxXorb = 80 * 2 ** 20;

/** Between the epochs of two generations: more than there will be weeks. */
const generation = 10_000;

/** How often this hub was restored from a backup: pieces are not in one, so clients must find another address then. */
export async function readGeneration(sql: Sql): Promise<number> {
  const row = await sql.maybe<{ value: number }>(
    "SELECT value FROM record.settings WHERE key = 'xet-generation'",
  );
  return row?.value ?? 0;
}

export function currentEpoch(now: Date, restored: number): number {
  return restored * generation + Math.floor(now.getTime() / (epochDays * 86_400_000));
}

/** Whether an address of this epoch is still served: the one now, and the one before for uploads that began in it. */
export function isServedEpoch(epoch: number, now: Date, restored: number): boolean {
  return epoch === currentEpoch(now, restored) || epoch === currentEpoch(now, restored) - 1;
}

/** The xorbs of one repo and epoch. */
export interface XorbStore {
  /** Answers whether it was new. @throws HubError `too-large` */
  put(hash: string, bytes: AsyncIterable<Uint8Array>): Promise<boolean>;
  /** Null when it was never sent. */
  read(hash: string): Promise<Buffer | null>;
}

export function openXorbStore(pieces: PieceStore, repoId: string, epoch: number): XorbStore {
  const nameOf = (hash: string) => `${repoId}/${epoch}/${hash.slice(0, 2)}/${hash}`;
  return {
    put: (hash, bytes) => pieces.put(nameOf(hash), bytes, maxXorb),
    read: (hash) => pieces.read(nameOf(hash)),
  };
}

/** Removes what a repo's clients can no longer mean. */
export async function forgetOldEpochs(
  pieces: PieceStore,
  repoId: string,
  isServed: (epoch: number) => boolean,
): Promise<void> {
  for (const epoch of await pieces.list(repoId)) {
    if (!isServed(Number(epoch))) await pieces.removeFolder(`${repoId}/${epoch}`);
  }
}
