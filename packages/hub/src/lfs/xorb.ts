import { decodeLz4Frame } from './lz4-frame.ts';

/** One chunk of a xorb as it lies there, compressed. */
export interface Chunk {
  scheme: number;
  /** Bytes when decoded. */
  size: number;
  data: Uint8Array;
}

/** Chunks are cut at 128 KiB when decoded; anything far larger is not one. */
const maxChunk = 2 ** 20;

/**
 * Finds the chunks of a xorb: what Xet clients send instead of files. Nothing is decoded yet.
 * @throws RangeError when it is cut or holds something else
 */
export function toChunks(xorb: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < xorb.length; ) {
    // Version 0 begins every chunk; a footer ("XETBLOB"), where there is one, ends the chunks.
    if (xorb[at] !== 0) break;
    if (at + 8 > xorb.length) throw new RangeError('the xorb ends inside a chunk header');
    const [length, scheme, size] = [xorb.readUIntLE(at + 1, 3), xorb[at + 4]!, xorb.readUIntLE(at + 5, 3)];
    const data = xorb.subarray(at + 8, at + 8 + length);
    if (data.length < length || size > maxChunk) throw new RangeError('the xorb ends inside a chunk');
    chunks.push({ scheme, size, data });
    at += 8 + length;
  }
  return chunks;
}

/** @throws RangeError for corrupt data or an unknown scheme */
export function decodeChunk({ scheme, size, data }: Chunk): Uint8Array {
  if (scheme === 0) {
    if (data.length !== size) throw new RangeError('a stored chunk has another size than it says');
    return data;
  }
  if (scheme === 1) return decodeLz4Frame(data, size);
  if (scheme === 2) return ungroup(decodeLz4Frame(data, size));
  throw new RangeError(`unknown compression scheme ${scheme}`);
}

/** Undoes "byte grouping 4": all first bytes of each four, then all second ones, and so on. */
function ungroup(grouped: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(grouped.length);
  let from = 0;
  for (let lane = 0; lane < 4; lane++) {
    for (let to = lane; to < bytes.length; to += 4) bytes[to] = grouped[from++]!;
  }
  return bytes;
}
