import { crc32 } from 'node:zlib';
import { EngineError } from '../engine-error.ts';
import type { ByteSource } from './byte-source.ts';
import { decompressEntry, type LogLimits, NO_LIMITS } from './entry-codec.ts';
import {
  END_SEARCH_SIZE,
  findEnd,
  LOCAL_HEADER_SIZE,
  parseDirectory,
  parseEnd64,
  parseLocalHeader,
  type ZipEntry,
} from './zip-layout.ts';

/** A name and its extra field can be this long in a local header. */
const MAX_NAME_AND_EXTRA = 2 * 0xffff;
const SCAN_STEP = 1 << 20;

export interface Directory {
  /** In the order of the file; of entries with the same name only the last. */
  entries: Map<string, ZipEntry>;
  /** True when there was no usable central directory and the local headers were scanned. */
  recovered: boolean;
  /** Where whole entries end: a writer that continues the file writes here. */
  dataEnd: number;
}

/**
 * Reads the central directory. A file whose writer was killed has none, or a stale one: then the local headers are
 * followed from the start, and the first entry that is cut or fails its checksum ends the file.
 */
export async function readDirectory(source: ByteSource, limits: LogLimits = NO_LIMITS): Promise<Directory> {
  const listed = await readCentralDirectory(source);
  if (listed) {
    return { entries: toMap(listed.entries), recovered: false, dataEnd: listed.offset };
  }
  const scanned = await scanLocalHeaders(source, limits);
  return { ...scanned, entries: toMap(scanned.entries), recovered: true };
}

/** The bytes of one entry as stored in the file. */
export async function readStored(source: ByteSource, entry: ZipEntry): Promise<Buffer> {
  const fixed = await source.read(entry.offset, LOCAL_HEADER_SIZE);
  if (fixed.length < LOCAL_HEADER_SIZE) return Buffer.alloc(0);
  const header = LOCAL_HEADER_SIZE + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);
  return source.read(entry.offset + header, entry.compressedSize);
}

/** The bytes of one entry, decompressed. */
export async function readEntry(
  source: ByteSource,
  entry: ZipEntry,
  limits: LogLimits = NO_LIMITS,
): Promise<Buffer> {
  return decompressEntry(entry.method, await readStored(source, entry), entry.name, limits.entry);
}

function toMap(entries: ZipEntry[]): Map<string, ZipEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

async function readCentralDirectory(
  source: ByteSource,
): Promise<{ entries: ZipEntry[]; offset: number } | null> {
  const tailStart = Math.max(0, source.size - END_SEARCH_SIZE);
  const found = findEnd(await source.read(tailStart, END_SEARCH_SIZE));
  if (!found) return null;
  const place = 'place' in found ? found.place : parseEnd64(await source.read(found.end64Offset, 56));
  if (!place || place.offset + place.size > source.size) return null;
  const entries = parseDirectory(await source.read(place.offset, place.size), place.count);
  return entries && { entries, offset: place.offset };
}

async function scanLocalHeaders(
  source: ByteSource,
  limits: LogLimits,
): Promise<{ entries: ZipEntry[]; dataEnd: number }> {
  let left = limits.walk;
  const entries: ZipEntry[] = [];
  let at = 0;
  let window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  const view = async (offset: number, length: number): Promise<Buffer> => {
    const inside = offset - window.start;
    if (inside < 0 || inside + length > window.bytes.length) {
      window = { start: offset, bytes: await source.read(offset, Math.max(length, SCAN_STEP)) };
    }
    return window.bytes.subarray(offset - window.start, offset - window.start + length);
  };
  while (at < source.size) {
    const head = await view(at, Math.min(LOCAL_HEADER_SIZE + MAX_NAME_AND_EXTRA, source.size - at));
    const parsed = parseLocalHeader(head, at);
    if (!parsed) break;
    const dataStart = at + parsed.length;
    const dataEnd = dataStart + parsed.entry.compressedSize;
    if (dataEnd > source.size) break;
    if (!isWhole(parsed.entry, await view(dataStart, dataEnd - dataStart), limits.entry)) break;
    left -= parsed.entry.size;
    if (left < 0) throw new EngineError('log-too-large', `the log expands to more than ${limits.walk} bytes`);
    entries.push(parsed.entry);
    at = dataEnd;
  }
  return { entries, dataEnd: at };
}

function isWhole(entry: ZipEntry, stored: Buffer, limit: number): boolean {
  try {
    const bytes = decompressEntry(entry.method, stored, entry.name, limit);
    return bytes.length === entry.size && crc32(bytes) === entry.crc;
  } catch {
    return false;
  }
}
