import { constants, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { EngineError } from '../engine-error.ts';
import { type CompressFrame, createKeptCompressor } from './kept-compressor.ts';
import { METHOD_DEFLATE, METHOD_STORED, METHOD_ZSTD } from './zip-layout.ts';

/** A log member larger than this is refused: a zip bomb, or nothing a page could show. */
export const MAX_ENTRY_SIZE = 1 << 30;

/** How far a log may expand while it is read, in bytes. A few kilobytes of a stranger's zip may stand for gigabytes. */
export interface LogLimits {
  /** One member, decompressed. */
  entry: number;
  /** All members that one walk over the log opens, decompressed. */
  walk: number;
}

export const NO_LIMITS: LogLimits = { entry: MAX_ENTRY_SIZE, walk: Number.POSITIVE_INFINITY };

/** Limits up to here are taken for the length itself, which is made room for at once. */
const KNOWN_LENGTH = 1 << 20;
/**
 * Samples: their window and tables are small, so that little has to be made ready for each, and all of it stays in a
 * processor's first caches. The bytes are the same for texts of some KB; with zstd's own tables a frame took 38 µs
 * where these take 32, between other work.
 */
const SMALL_ENTRY = 1 << 14;
const level = { [constants.ZSTD_c_compressionLevel]: 3 };
const small = {
  ...level,
  [constants.ZSTD_c_windowLog]: 14,
  [constants.ZSTD_c_hashLog]: 12,
  [constants.ZSTD_c_chainLog]: 12,
};
let kept: CompressFrame | null | undefined;

/** zstd, level 3 as Inspect writes. */
export function compressEntry(bytes: Buffer): Buffer {
  const chunkSize = frameBound(bytes.length);
  if (bytes.length > SMALL_ENTRY) return zstdCompressSync(bytes, { params: level, chunkSize });
  kept = kept === undefined ? createKeptCompressor(small, frameBound(SMALL_ENTRY)) : kept;
  return kept?.(bytes) ?? zstdCompressSync(bytes, { params: small, chunkSize });
}

/**
 * More bytes than any frame of so many takes (`ZSTD_compressBound`, and one): a frame that fills Node's memory to the last
 * byte is followed by an empty one.
 */
function frameBound(size: number): number {
  const known = 1 << 17;
  return size + (size >> 8) + (size < known ? (known - size) >> 11 : 0) + 64;
}

/**
 * Reads stored, deflated and zstd members.
 * @throws EngineError `log-damaged` when the bytes do not decompress, `log-too-large` beyond `limit` bytes
 */
export function decompressEntry(
  method: number,
  bytes: Buffer,
  name: string,
  limit: number = MAX_ENTRY_SIZE,
): Buffer {
  try {
    if (method === METHOD_STORED) return bytes;
    if (method === METHOD_ZSTD) return decompressFrames(bytes, limit, name);
    if (method === METHOD_DEFLATE) return inflateRawSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, limit, cause);
    throw new EngineError('log-damaged', `log member ${name} cannot be decompressed`, { cause });
  }
  throw new EngineError(
    'log-damaged',
    `log member ${name} uses compression method ${method}, which is unknown`,
  );
}

function tooLarge(name: string, limit: number, cause?: unknown): EngineError {
  return new EngineError('log-too-large', `log member ${name} expands to more than ${limit} bytes`, {
    cause,
  });
}

/**
 * Large members come as several zstd frames one behind the other; Node's decoder stops after each. The last ones may be
 * empty, when all there is room for has been read.
 */
function decompressFrames(bytes: Buffer, limit: number, name: string): Buffer {
  const frames: Buffer[] = [];
  let left = limit;
  for (let at = 0; at < bytes.length; ) {
    // A length that is known is read in one piece.
    const chunk = left < KNOWN_LENGTH ? { chunkSize: Math.max(left + 1, 64) } : {};
    const options = { maxOutputLength: Math.max(left, 1), info: true, ...chunk };
    const frame = zstdDecompressSync(bytes.subarray(at), options) as unknown as FrameInfo;
    frames.push(frame.buffer);
    left -= frame.buffer.length;
    if (left < 0) throw tooLarge(name, limit);
    if (frame.engine.bytesWritten <= 0) break;
    at += frame.engine.bytesWritten;
  }
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames);
}

/** What Node's zlib functions return with `info: true`. */
interface FrameInfo {
  buffer: Buffer;
  /** Its `bytesWritten` counts the compressed bytes taken. */
  engine: { bytesWritten: number };
}
