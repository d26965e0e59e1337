import { concatBytes } from './bytes.ts';
import { ProofError } from './error.ts';
import type { Hash } from './merkle.ts';

// C2SP tlog-tiles: a tile holds up to 256 hashes of one level; level L of tiles covers tree levels 8L to 8L + 7.

/** Leaves a full tile covers at tile level 0, and hashes a full tile holds at any. */
export const tileWidth = 256;
const tileHeight = 8;

export interface TileAddress {
  level: number;
  index: number;
  /** Hashes in the tile, 1 to 256; below 256 the tile is partial. */
  width: number;
}

/** 1234067 -> x001/x234/067 (C2SP tlog-tiles, "Merkle Tree"). */
function toIndexPath(index: number): string {
  let rest = Math.floor(index / 1000);
  let path = String(index % 1000).padStart(3, '0');
  while (rest > 0) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
    rest = Math.floor(rest / 1000);
  }
  return path;
}

const toPartialSuffix = (width: number): string => (width < tileWidth ? `.p/${width}` : '');

/** Path of a tile of hashes, below the log's prefix. */
export function toTilePath({ level, index, width }: TileAddress): string {
  return `tile/${level}/${toIndexPath(index)}${toPartialSuffix(width)}`;
}

/** Path of a bundle of entries, below the log's prefix. */
export function toEntriesPath(index: number, width: number): string {
  return `tile/entries/${toIndexPath(index)}${toPartialSuffix(width)}`;
}

/** The tile that holds a subtree hash in a tree of `size` leaves, and where inside it. */
export function toTileOf(
  treeLevel: number,
  index: number,
  size: number,
): { address: TileAddress; first: number; count: number } {
  const level = Math.floor(treeLevel / tileHeight);
  const inner = treeLevel % tileHeight;
  const count = 2 ** inner;
  const at = index * count;
  const tileIndex = Math.floor(at / tileWidth);
  const hashes = Math.floor(size / 2 ** (level * tileHeight));
  const width = Math.min(tileWidth, hashes - tileIndex * tileWidth);
  return { address: { level, index: tileIndex, width }, first: at % tileWidth, count };
}

/** Every tile and entry bundle that a tree of `size` leaves has, complete and partial. */
export function* tilesOf(size: number): Generator<TileAddress> {
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidth)) {
    for (let index = 0; index * tileWidth < hashes; index += 1) {
      yield { level, index, width: Math.min(tileWidth, hashes - index * tileWidth) };
    }
  }
}

/** The hashes of a tile; its bytes are their concatenation. */
export function parseTile(bytes: Uint8Array, width: number): Hash[] {
  if (bytes.length !== width * 32)
    throw new ProofError('bad-tile', `a tile of ${width} hashes has ${bytes.length} bytes`);
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
}

/** An entry bundle: each entry after its length as a big-endian uint16. */
export function toEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > 0xffff)
        throw new ProofError('bad-tile', `an entry of ${entry.length} bytes is over 65,535`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

export function parseEntryBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length)
      throw new ProofError('bad-tile', 'the entry bundle ends in the middle of an entry');
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (entries.length !== width)
    throw new ProofError('bad-tile', `the bundle holds ${entries.length} entries, not ${width}`);
  return entries;
}

/**
 * The inverse of `toTilePath` and `toEntriesPath`: null for anything that is not the one spelling of an address.
 * @param path below the log's prefix: `tile/0/x001/067`, `tile/entries/000.p/3`
 */
export function parseTilePath(path: string): { kind: 'hashes' | 'entries'; address: TileAddress } | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return null;
  const [, first = '', indexPath = '', widthText] = match;
  const kind = first === 'entries' ? 'entries' : 'hashes';
  const address = {
    level: kind === 'entries' ? 0 : Number(first),
    index: Number(indexPath.replace(/[x/]/g, '')),
    width: widthText === undefined ? tileWidth : Number(widthText),
  };
  if (address.width < 1) return null;
  const canonical = kind === 'entries' ? toEntriesPath(address.index, address.width) : toTilePath(address);
  return canonical === path ? { kind, address } : null;
}
