import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatReceipt,
  readInclusionProof,
  readSubtreesOf,
  type TileAddress,
  toEntriesPath,
  toTilePath,
} from '@assay/proof';
import type { Db } from '../db/sql.ts';
import type { Logger } from '../logger.ts';
import { readIdentity } from './identity.ts';
import { createIntegrator } from './integrate.ts';
import type { OnStep } from './lock.ts';
import { type Publisher, publish, writeCheckpointFile } from './publish.ts';
import { ensureSigningKey } from './signing-keys.ts';
import { clearDrafts, createTileFiles } from './tile-files.ts';
import { makeTile, type PublishedCheckpoint, readPublished, readWitnessed } from './tree-rows.ts';
import type { WitnessAddress } from './witness-address.ts';
import { createWitnessAsker } from './witnesses.ts';

/** How often the record is looked at for what is new. NOTIFY would make every commit of an act wait for every other. */
const lookEveryMs = 400;
const afterFailureMs = 5_000;

/** The transparency log of this hub. */
export interface TransparencyLog {
  origin: string;
  /** NAME+HASH+BASE64: what a stranger needs to check it. */
  verifierKey: string;
  /** The newest checkpoint; null before the first one. */
  published(): Promise<PublishedCheckpoint | null>;
  /** The newest checkpoint that covers a leaf, one that witnesses cosigned if there is one; null when none does. */
  witnessed(index: number): Promise<PublishedCheckpoint | null>;
  /** Asks the witnesses that have not cosigned the newest checkpoint; answers how many did. */
  askWitnesses(): Promise<number>;
  /** Bytes of a tile or of a bundle of entries; null when no published tree has it. */
  tile(kind: 'hashes' | 'entries', address: TileAddress): Promise<Uint8Array | null>;
  /** C2SP tlog-proof of a leaf, under a checkpoint, the newest by default; null when that does not cover it yet. */
  receipt(index: number, under?: PublishedCheckpoint | null): Promise<string | null>;
  /** Integrates and publishes at once what is settled, a bounded number of leaves; answers the size of the published tree. */
  flush(): Promise<number>;
  /** Ends the loop, after what it is doing. */
  close(): Promise<void>;
}

export interface LogOptions {
  db: Db;
  /** Folder of the static files. */
  dir: string;
  publicUrl?: string;
  log: Logger;
  /** Publish again and again, until closed. Any number of processes may; one at a time does. */
  publishing: boolean;
  /** Who is asked to cosign; none by default. */
  witnesses?: readonly WitnessAddress[];
  /** Called after a checkpoint over `size` leaves was published; the first time also when nothing new was. */
  onPublished?(size: number): Promise<void>;
  onStep?: OnStep;
}

export async function openTransparencyLog(options: LogOptions): Promise<TransparencyLog> {
  const { db, dir, log, publishing, onStep = () => {} } = options;
  const identity = await readIdentity(db, options.publicUrl, log);
  await ensureSigningKey(db, 'statement');
  const files = createTileFiles(dir, onStep);
  const integrator = createIntegrator(db, onStep);
  const publisher: Publisher = { db, files, identity, onStep };
  const flush = async () => {
    await integrator.run();
    for (;;) {
      const { size, more } = await publish(publisher);
      await options.onPublished?.(size);
      if (!more) return size;
    }
  };
  if (publishing) await clearDrafts(dir);
  const tile = createTileReader(db, files);
  const askWitnesses = createWitnessAsker(
    { db, log, witnesses: options.witnesses ?? [], readTile: (address) => tile('hashes', address) },
    () => writeCheckpointFile(publisher),
  );
  const loops = publishing
    ? [startLoop(db, flush, log), ...(options.witnesses?.length ? [startWitnessLoop(askWitnesses, log)] : [])]
    : [];
  return {
    origin: identity.origin,
    verifierKey: identity.verifierKey,
    published: () => readPublished(db),
    witnessed: (index) => readWitnessed(db, index),
    askWitnesses,
    tile,
    async receipt(index, under) {
      const published = under ?? (await readPublished(db));
      if (!published || index >= published.size) return null;
      const inclusion = await readInclusionProof(
        readSubtreesOf((address) => tile('hashes', address), published.size),
        index,
        published.size,
      );
      return formatReceipt({ index, inclusion, checkpoint: published.note });
    },
    flush,
    close: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
  };
}

type ReadTile = TransparencyLog['tile'];

function createTileReader(db: Db, files: { read(path: string): Promise<Buffer | null> }): ReadTile {
  return async (kind, address) => {
    const path = kind === 'entries' ? toEntriesPath(address.index, address.width) : toTilePath(address);
    const file = await files.read(path);
    if (file) return file;
    const published = await readPublished(db);
    return published && makeTile(db, kind, address, published.size);
  };
}

function startLoop(db: Db, flush: () => Promise<number>, log: Logger): { stop(): Promise<void> } {
  let first = true;
  return repeat(async () => {
    try {
      if (first || (await isWaiting(db))) await flush();
      first = false;
      return lookEveryMs;
    } catch (error) {
      log.error('the transparency log could not be published', error);
      return afterFailureMs;
    }
  });
}

/** Beside publishing, not in it: a witness that is slow or gone holds up nobody. */
function startWitnessLoop(ask: () => Promise<number>, log: Logger): { stop(): Promise<void> } {
  return repeat(async () => {
    try {
      await ask();
      return lookEveryMs;
    } catch (error) {
      log.error('the witnesses could not be asked', error);
      return afterFailureMs;
    }
  });
}

/** Does something again and again, with the pause it answers in between, until stopped; then waits for it to end. */
function repeat(work: () => Promise<number>): { stop(): Promise<void> } {
  let stopped = false;
  const sleeping = new AbortController();
  const running = (async () => {
    while (!stopped) {
      const pauseMs = await work();
      await sleep(pauseMs, undefined, { signal: sleeping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopped = true;
      sleeping.abort();
      await running;
    },
  };
}

/** One look by indexes; the work itself is done under the lock. */
async function isWaiting(db: Db): Promise<boolean> {
  const { waiting } = await db.one<{ waiting: boolean }>(
    `SELECT EXISTS (SELECT FROM record.acts
                    WHERE seq > (SELECT coalesce(max(act_seq), 0) FROM record.tlog_leaves))
         OR EXISTS (SELECT FROM record.tlog_queue
                    WHERE id > (SELECT coalesce(max(queue_id), 0) FROM record.tlog_leaves))
         OR (SELECT coalesce(max(index) + 1, 0) FROM record.tlog_leaves)
            > (SELECT coalesce(max(size), -1) FROM record.tlog_checkpoints) AS waiting`,
  );
  return waiting;
}
