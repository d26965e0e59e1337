import {
  createCompactTree,
  formatCheckpoint,
  formatNote,
  type Hash,
  rootOf,
  signNote,
  type TileAddress,
  tilesOf,
  tileWidth,
  toEntriesPath,
  toEntryBundle,
  toTilePath,
} from '@assay/proof';
import type { Db, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { LogIdentity } from './identity.ts';
import { lockLog, type OnStep } from './lock.ts';
import type { TileFiles } from './tile-files.ts';
import { hashesAt, makeTile, type PublishedCheckpoint, readEdge, readPublished } from './tree-rows.ts';

/** Leaves that one checkpoint adds at most: bounds memory, and the time that the lock is held. */
const mostNewLeaves = 64 * tileWidth;
/** Tiles made anew at once when the folder was lost. */
const rebuildBatch = 64;

export interface Publisher {
  db: Db;
  files: TileFiles;
  identity: LogIdentity;
  onStep: OnStep;
}

/**
 * Publishes one checkpoint over what is integrated, in this order: tiles durably in files; the checkpoint's row, whose
 * commit is the moment of publication; the checkpoint's file. Killed anywhere between, the next call goes on: tiles and
 * checkpoints are functions of rows that never change, so that doing a step again writes the same bytes.
 * @returns the size published; whether more is waiting
 * @throws HubError `corrupt` when the files are ahead of the database: then nothing may be published
 */
export async function publish(publisher: Publisher): Promise<{ size: number; more: boolean }> {
  const { db, files, onStep } = publisher;
  const done = await db.tx(async (tx) => {
    await lockLog(tx);
    const published = await readPublished(tx);
    await assertFilesNotAhead(tx, files);
    const { total } = await tx.one<{ total: number }>(
      'SELECT coalesce(max(index) + 1, 0) AS total FROM record.tlog_leaves',
    );
    const size = Math.min(total, (published?.size ?? 0) + mostNewLeaves);
    if (published?.size === size) return { size, more: false, completed: [] };
    const completed = await extend(tx, publisher, published, size);
    onStep('publish:signed');
    return { size, more: size < total, completed };
  });
  onStep('publish:committed');
  await writeCheckpointFile(publisher);
  // Older checkpoints' partial tiles: whoever still asks for one is served from the rows.
  for (const { level, index } of done.completed) {
    await files.remove(`${toTilePath({ level, index, width: tileWidth })}.p`);
    if (level === 0) await files.remove(`${toEntriesPath(index, tileWidth)}.p`);
  }
  onStep('publish:done');
  return { size: done.size, more: done.more };
}

/** Writes the tiles that are new in a tree of `size`, then the row of its checkpoint. Answers the tiles that became full. */
async function extend(
  tx: Tx,
  { files, identity, onStep }: Publisher,
  published: PublishedCheckpoint | null,
  size: number,
): Promise<TileAddress[]> {
  const before = published?.size ?? 0;
  const tree = createCompactTree(before, await readEdge(tx, before));
  if (published && !published.root.equals(tree.root()))
    throw new HubError('corrupt', `the rows of the transparency log do not add up at ${before} leaves`);
  const firstTile = before - (before % tileWidth);
  const leaves = await tx.query<{ bytes: Buffer; hash: Buffer }>(
    'SELECT bytes, hash FROM record.tlog_leaves WHERE index >= $1 AND index < $2 ORDER BY index',
    [firstTile, size],
  );
  const full = leaves.slice(before - firstTile).flatMap(({ hash }) => tree.append(hash));
  const grown = tree
    .partialTiles()
    .filter(({ address: { level } }) => hashesAt(level, size) > hashesAt(level, before));
  const tiles = [...full, ...grown];
  const bundles = tiles
    .filter(({ address }) => address.level === 0)
    .map(({ address: { index, width } }) => {
      const at = index * tileWidth - firstTile;
      const bytes = toEntryBundle(leaves.slice(at, at + width).map((leaf) => leaf.bytes));
      return { path: toEntriesPath(index, width), bytes };
    });
  onStep('publish:made');
  await files.write([
    ...bundles,
    ...tiles.map(({ address, hashes }) => ({ path: toTilePath(address), bytes: Buffer.concat(hashes) })),
  ]);
  await insertRoots(tx, full);
  await insertCheckpoint(tx, identity, size, tree.root());
  return full.map(({ address }) => address);
}

async function insertRoots(tx: Tx, full: { address: TileAddress; hashes: Hash[] }[]): Promise<void> {
  if (full.length === 0) return;
  await tx.query(
    `INSERT INTO record.tlog_tile_roots (level, index, root)
     SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
    [
      full.map(({ address }) => address.level),
      full.map(({ address }) => address.index),
      full.map(({ hashes }) => Buffer.from(rootOf(hashes))),
    ],
  );
}

async function insertCheckpoint(tx: Tx, identity: LogIdentity, size: number, root: Hash): Promise<void> {
  const { origin, secretKey } = identity;
  const text = formatCheckpoint({ origin, size, root, extensions: [] });
  const note = formatNote({ text, signatures: [signNote(text, origin, secretKey)] });
  await tx.query('INSERT INTO record.tlog_checkpoints (size, root, note) VALUES ($1, $2, $3)', [
    size,
    Buffer.from(root),
    note,
  ]);
}

/**
 * The file follows the row, under the same lock, so that it never goes back. A folder that was lost is filled again
 * before its checkpoint appears.
 */
export async function writeCheckpointFile({ db, files, identity, onStep }: Publisher): Promise<void> {
  await db.tx(async (tx) => {
    await lockLog(tx);
    const published = await readPublished(tx);
    const there = await files.read('checkpoint');
    if (!published || there?.toString() === published.note) return;
    if (!there) {
      await refill(tx, files, published.size);
      await files.write([{ path: 'vkey', bytes: Buffer.from(`${identity.verifierKey}\n`) }]);
    }
    onStep('checkpoint:file');
    await files.write([{ path: 'checkpoint', bytes: Buffer.from(published.note) }]);
  });
}

async function refill(tx: Tx, files: TileFiles, size: number): Promise<void> {
  let batch: { path: string; bytes: Uint8Array }[] = [];
  for (const address of tilesOf(size)) {
    batch.push({ path: toTilePath(address), bytes: (await makeTile(tx, 'hashes', address, size))! });
    if (address.level === 0) {
      const bytes = (await makeTile(tx, 'entries', address, size))!;
      batch.push({ path: toEntriesPath(address.index, address.width), bytes });
    }
    if (batch.length < rebuildBatch) continue;
    await files.write(batch);
    batch = [];
  }
  await files.write(batch);
}

/** A checkpoint in the files that the record has never heard of: the database was put back to an older state. */
async function assertFilesNotAhead(tx: Tx, files: TileFiles): Promise<void> {
  const there = await files.read('checkpoint');
  if (!there) return;
  const known = await tx.maybe('SELECT 1 FROM record.tlog_checkpoints WHERE starts_with($1, note)', [
    there.toString(),
  ]);
  if (known) return;
  throw new HubError('corrupt', 'the data folder holds a checkpoint that the database never published', {
    hint: 'Was an older backup of the database restored? Going on would fork the transparency log: restore the newest one.',
  });
}
