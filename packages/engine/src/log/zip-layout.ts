/**
 * The bytes of a zip file, as pure functions (APPNOTE 6.3.10). Only what a log needs: no encryption, no data
 * descriptors, UTF-8 names, zip64 where a number outgrows its field.
 */

export const METHOD_STORED = 0;
export const METHOD_DEFLATE = 8;
export const METHOD_ZSTD = 93;

export const LOCAL_HEADER_SIZE = 30;
const CENTRAL_HEADER_SIZE = 46;
const END_SIZE = 22;
const END64_SIZE = 56;
const LOCATOR64_SIZE = 20;
/** How far from the end of a file its end record can begin: the record and the longest comment. */
export const END_SEARCH_SIZE = END_SIZE + LOCATOR64_SIZE + 0xffff;

const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
const ZIP64_TAG = 1;
const UTF8_NAMES = 0x0800;
/** 1980-01-01: the times inside the log say more than a zip's two-second clock. */
const DOS_DATE = 0x0021;

export interface ZipEntry {
  name: string;
  method: number;
  crc: number;
  /** Bytes as stored. */
  compressedSize: number;
  /** Bytes as read. */
  size: number;
  /** Where its local header begins, in bytes from the start of the file. */
  offset: number;
}

function needsZip64(entry: ZipEntry): boolean {
  return entry.size >= MAX_32 || entry.compressedSize >= MAX_32;
}

export function toLocalHeader(entry: ZipEntry): Buffer {
  const nameLength = Buffer.byteLength(entry.name);
  const zip64 = needsZip64(entry);
  const header = Buffer.allocUnsafe(LOCAL_HEADER_SIZE + nameLength + (zip64 ? 20 : 0));
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommon(header, 4, entry, zip64);
  header.writeUInt16LE(nameLength, 26);
  header.writeUInt16LE(zip64 ? 20 : 0, 28);
  header.write(entry.name, LOCAL_HEADER_SIZE);
  if (zip64) writeZip64Extra(header, LOCAL_HEADER_SIZE + nameLength, [entry.size, entry.compressedSize]);
  return header;
}

/** Version needed, flags, method, time, date, crc and both sizes: the run of fields both headers share. */
function writeCommon(out: Buffer, at: number, entry: ZipEntry, zip64: boolean): void {
  out.writeUInt16LE(zip64 ? 45 : 20, at);
  out.writeUInt16LE(UTF8_NAMES, at + 2);
  out.writeUInt16LE(entry.method, at + 4);
  out.writeUInt16LE(0, at + 6);
  out.writeUInt16LE(DOS_DATE, at + 8);
  out.writeUInt32LE(entry.crc, at + 10);
  out.writeUInt32LE(zip64 ? MAX_32 : entry.compressedSize, at + 14);
  out.writeUInt32LE(zip64 ? MAX_32 : entry.size, at + 18);
}

function writeZip64Extra(out: Buffer, at: number, values: number[]): void {
  out.writeUInt16LE(ZIP64_TAG, at);
  out.writeUInt16LE(values.length * 8, at + 2);
  values.forEach((value, i) => {
    out.writeBigUInt64LE(BigInt(value), at + 4 + i * 8);
  });
}

export function toCentralHeader(entry: ZipEntry): Buffer {
  const nameLength = Buffer.byteLength(entry.name);
  const large = needsZip64(entry);
  const far = entry.offset >= MAX_32;
  const wide = large ? [entry.size, entry.compressedSize] : [];
  if (far) wide.push(entry.offset);
  const extraSize = wide.length > 0 ? 4 + wide.length * 8 : 0;
  const header = Buffer.allocUnsafe(CENTRAL_HEADER_SIZE + nameLength + extraSize);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(wide.length > 0 ? 45 : 20, 4);
  writeCommon(header, 6, entry, large);
  header.writeUInt16LE(nameLength, 28);
  header.writeUInt16LE(extraSize, 30);
  // Comment, disk and attributes.
  header.fill(0, 32, 42);
  header.writeUInt32LE(far ? MAX_32 : entry.offset, 42);
  header.write(entry.name, CENTRAL_HEADER_SIZE);
  if (wide.length > 0) writeZip64Extra(header, CENTRAL_HEADER_SIZE + nameLength, wide);
  return header;
}

/** What closes the file: with zip64 records only when a number needs them. */
export function toEndRecords(count: number, directoryOffset: number, directorySize: number): Buffer {
  const zip64 = count >= MAX_16 || directoryOffset >= MAX_32 || directorySize >= MAX_32;
  const out = Buffer.alloc(END_SIZE + (zip64 ? END64_SIZE + LOCATOR64_SIZE : 0));
  let at = 0;
  if (zip64) {
    out.writeUInt32LE(END64_SIGNATURE, 0);
    out.writeBigUInt64LE(BigInt(END64_SIZE - 12), 4);
    out.writeUInt16LE(45, 12);
    out.writeUInt16LE(45, 14);
    out.writeBigUInt64LE(BigInt(count), 24);
    out.writeBigUInt64LE(BigInt(count), 32);
    out.writeBigUInt64LE(BigInt(directorySize), 40);
    out.writeBigUInt64LE(BigInt(directoryOffset), 48);
    out.writeUInt32LE(LOCATOR64_SIGNATURE, END64_SIZE);
    out.writeBigUInt64LE(BigInt(directoryOffset + directorySize), END64_SIZE + 8);
    out.writeUInt32LE(1, END64_SIZE + 16);
    at = END64_SIZE + LOCATOR64_SIZE;
  }
  out.writeUInt32LE(END_SIGNATURE, at);
  out.writeUInt16LE(Math.min(count, MAX_16), at + 8);
  out.writeUInt16LE(Math.min(count, MAX_16), at + 10);
  out.writeUInt32LE(Math.min(directorySize, MAX_32), at + 12);
  out.writeUInt32LE(Math.min(directoryOffset, MAX_32), at + 16);
  return out;
}

export interface DirectoryPlace {
  offset: number;
  size: number;
  count: number;
}

/** A zip64 end record that still has to be read, at `end64Offset`. */
export type EndFound = { place: DirectoryPlace } | { end64Offset: number } | null;

/**
 * Looks for the end record in the last bytes of a file. A record counts only when its comment reaches exactly to
 * the end of the file, so that the stale record of an overwritten tail is not believed.
 */
export function findEnd(tail: Buffer): EndFound {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_SIZE + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const locator = at - LOCATOR64_SIZE;
    if (locator >= 0 && tail.readUInt32LE(locator) === LOCATOR64_SIGNATURE) {
      return { end64Offset: Number(tail.readBigUInt64LE(locator + 8)) };
    }
    const place = {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    return { place };
  }
  return null;
}

/** Null when the bytes are no zip64 end record. */
export function parseEnd64(bytes: Buffer): DirectoryPlace | null {
  if (bytes.length < END64_SIZE || bytes.readUInt32LE(0) !== END64_SIGNATURE) return null;
  return {
    count: Number(bytes.readBigUInt64LE(32)),
    size: Number(bytes.readBigUInt64LE(40)),
    offset: Number(bytes.readBigUInt64LE(48)),
  };
}

/** The entries of a central directory; null when it is damaged (fewer bytes or entries than it says). */
export function parseDirectory(bytes: Buffer, count: number): ZipEntry[] | null {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + CENTRAL_HEADER_SIZE > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) return null;
    const nameEnd = at + CENTRAL_HEADER_SIZE + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    if (extraEnd > bytes.length) return null;
    const entry: ZipEntry = {
      name: bytes.toString('utf8', at + CENTRAL_HEADER_SIZE, nameEnd),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    };
    widen(entry, bytes.subarray(nameEnd, extraEnd));
    entries.push(entry);
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** A local header's entry and how long the header is; null when the bytes are none or are cut short. */
export function parseLocalHeader(bytes: Buffer, offset: number): { entry: ZipEntry; length: number } | null {
  if (bytes.length < LOCAL_HEADER_SIZE || bytes.readUInt32LE(0) !== LOCAL_SIGNATURE) return null;
  const nameEnd = LOCAL_HEADER_SIZE + bytes.readUInt16LE(26);
  const length = nameEnd + bytes.readUInt16LE(28);
  if (length > bytes.length) return null;
  const entry: ZipEntry = {
    name: bytes.toString('utf8', LOCAL_HEADER_SIZE, nameEnd),
    method: bytes.readUInt16LE(8),
    crc: bytes.readUInt32LE(14),
    compressedSize: bytes.readUInt32LE(18),
    size: bytes.readUInt32LE(22),
    offset,
  };
  widen(entry, bytes.subarray(nameEnd, length));
  return { entry, length };
}

/** Takes the 64-bit numbers of the zip64 extra field, which holds only those whose own field is full. */
function widen(entry: ZipEntry, extra: Buffer): void {
  let at = 0;
  while (at + 4 <= extra.length) {
    const tag = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (tag === ZIP64_TAG) {
      let value = at + 4;
      for (const field of ['size', 'compressedSize', 'offset'] as const) {
        if (entry[field] !== MAX_32 || value + 8 > Math.min(end, extra.length)) continue;
        entry[field] = Number(extra.readBigUInt64LE(value));
        value += 8;
      }
    }
    at = end;
  }
}
