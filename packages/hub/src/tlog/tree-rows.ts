import { type Hash, type TileAddress, tileWidth, toEntryBundle } from '@assay/proof';
import type { Sql } from '../db/sql.ts';

export interface PublishedCheckpoint {
  size: number;
  root: Buffer;
  /** The signed note. */
  note: string;
  publishedAt: Date;
}

const checkpointColumns = `c.size, c.root, c.published_at AS "publishedAt", c.note || coalesce(
  (SELECT string_agg(w.line, '' ORDER BY w.at, w.witness) FROM record.tlog_cosignatures w WHERE w.size = c.size), '') AS note`;

/** The newest checkpoint, with the cosignatures that it has by now; null before the first one. */
export async function readPublished(sql: Sql): Promise<PublishedCheckpoint | null> {
  return sql.maybe<PublishedCheckpoint>(
    `SELECT ${checkpointColumns} FROM record.tlog_checkpoints c ORDER BY c.size DESC LIMIT 1`,
  );
}

/** The newest checkpoint over more than `index` leaves that most witnesses cosigned; null when none covers that leaf. */
export async function readWitnessed(sql: Sql, index: number): Promise<PublishedCheckpoint | null> {
  return sql.maybe<PublishedCheckpoint>(
    `SELECT ${checkpointColumns} FROM record.tlog_checkpoints c
     WHERE c.size = coalesce(
       (SELECT w.size FROM record.tlog_cosignatures w WHERE w.size > $1
        GROUP BY w.size ORDER BY count(*) DESC, w.size DESC LIMIT 1),
       (SELECT max(size) FROM record.tlog_checkpoints)) AND c.size > $1`,
    [index],
  );
}

/** Hashes that a tree of `size` leaves has at a level of tiles. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / tileWidth ** level);

/** Hashes [start, end) of a level of tiles: leaves at level 0, roots of full tiles of the level below elsewhere. */
async function readHashes(sql: Sql, level: number, start: number, end: number): Promise<Hash[]> {
  const rows =
    level === 0
      ? await sql.query<{ hash: Buffer }>(
          'SELECT hash FROM record.tlog_leaves WHERE index >= $1 AND index < $2 ORDER BY index',
          [start, end],
        )
      : await sql.query<{ hash: Buffer }>(
          `SELECT root AS hash FROM record.tlog_tile_roots
           WHERE level = $3 AND index >= $1 AND index < $2 ORDER BY index`,
          [start, end, level - 1],
        );
  return rows.map((row) => row.hash);
}

/** Hashes of the partial tiles of a tree of `size`, by level: its right edge. */
export async function readEdge(sql: Sql, size: number): Promise<Hash[][]> {
  const levels: Hash[][] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const end = hashesAt(level, size);
    levels.push(await readHashes(sql, level, end - (end % tileWidth), end));
  }
  return levels;
}

/** A tile or bundle made from the rows; null when the tree of `size` has not so many hashes. */
export async function makeTile(
  sql: Sql,
  kind: 'hashes' | 'entries',
  { level, index, width }: TileAddress,
  size: number,
): Promise<Uint8Array | null> {
  const start = index * tileWidth;
  if (start + width > hashesAt(level, size)) return null;
  if (kind === 'hashes') return Buffer.concat(await readHashes(sql, level, start, start + width));
  const rows = await sql.query<{ bytes: Buffer }>(
    'SELECT bytes FROM record.tlog_leaves WHERE index >= $1 AND index < $2 ORDER BY index',
    [start, start + width],
  );
  return toEntryBundle(rows.map((row) => row.bytes));
}
