import { type Hash, type TileAddress, tileWidth, toEntryBundle } from '@assay/proof';
import type { Sql } from '../db/sql.ts';

export interface PublishedCheckpoint {
  size: number;
  root: Buffer;
  /** The signed note. */
  note: string;
  publishedAt: Date;
}

/** The newest checkpoint; null before the first one. */
export async function readPublished(sql: Sql): Promise<PublishedCheckpoint | null> {
  return sql.maybe<PublishedCheckpoint>(
    `SELECT size, root, note, published_at AS "publishedAt" FROM record.tlog_checkpoints ORDER BY size DESC LIMIT 1`,
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
