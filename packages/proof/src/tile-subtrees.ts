import { ProofError } from './error.ts';
import { type Hash, rootOf } from './merkle.ts';
import type { SubtreeReader } from './prove.ts';
import { parseTile, type TileAddress, toTileOf, toTilePath } from './tiles.ts';

/**
 * Subtrees of a log of `size` leaves, read from its tiles; each tile is asked for once.
 * @param read bytes of a tile of hashes; null when there is none
 */
export function readSubtreesOf(
  read: (address: TileAddress) => Promise<Uint8Array | null>,
  size: number,
): SubtreeReader {
  const seen = new Map<string, Hash[]>();
  return async (treeLevel, treeIndex) => {
    const { address, first, count } = toTileOf(treeLevel, treeIndex, size);
    const path = toTilePath(address);
    const bytes = seen.has(path) ? null : await read(address);
    const hashes = seen.get(path) ?? (bytes && parseTile(bytes, address.width));
    if (!hashes) throw new ProofError('tile-missing', `the log lacks ${path}`);
    seen.set(path, hashes);
    return rootOf(hashes.slice(first, first + count));
  };
}
