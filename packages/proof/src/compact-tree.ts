import { emptyRoot, type Hash, nodeHash, rootOf } from './merkle.ts';
import { type TileAddress, tileWidth } from './tiles.ts';

/** A tree of which only the right edge is kept: O(log n) memory for n leaves. */
export interface CompactTree {
  /** Adds a leaf hash; answers the tiles that it completed, lowest level first. */
  append(leaf: Hash): { address: TileAddress; hashes: Hash[] }[];
  /** The rightmost tile of each level, as far as it is partial. */
  partialTiles(): { address: TileAddress; hashes: Hash[] }[];
  size(): number;
  root(): Hash;
}

/** A tree that grows leaf by leaf; `levels` begins it with the hashes of the partial tiles of a tree of `size`. */
export function createCompactTree(size = 0, levels: Hash[][] = []): CompactTree {
  const open = levels.map((hashes) => [...hashes]);
  let count = size;
  const addressOf = (level: number, width: number): TileAddress => ({
    level,
    index: Math.floor(Math.floor(count / tileWidth ** level) / tileWidth),
    width,
  });
  return {
    append(leaf) {
      const completed: { address: TileAddress; hashes: Hash[] }[] = [];
      let carried: Hash | null = leaf;
      for (let level = 0; carried; level += 1) {
        const hashes: Hash[] = open[level] ?? [];
        open[level] = hashes;
        hashes.push(carried);
        carried = null;
        if (hashes.length === tileWidth) {
          completed.push({ address: addressOf(level, tileWidth), hashes });
          carried = rootOf(hashes);
          open[level] = [];
        }
      }
      count += 1;
      return completed;
    },
    partialTiles: () =>
      open.flatMap((hashes, level) =>
        hashes.length === 0 ? [] : [{ address: addressOf(level, hashes.length), hashes: [...hashes] }],
      ),
    size: () => count,
    root: () => foldRight(open),
  };
}

/** RFC 6962 over the right edge: within a level, and from each level to the next, smaller subtrees hang on the right. */
function foldRight(open: Hash[][]): Hash {
  let root: Hash | null = null;
  for (const hashes of open) {
    if (hashes.length === 0) continue;
    let end = hashes.length;
    while (end > 0) {
      // The lowest bit of the count is the smallest complete subtree at the right end.
      const width = end & -end;
      const subtree = rootOf(hashes.slice(end - width, end));
      root = root ? nodeHash(subtree, root) : subtree;
      end -= width;
    }
  }
  return root ?? emptyRoot();
}
