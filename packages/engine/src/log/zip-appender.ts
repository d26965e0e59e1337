import { ftruncateSync, writeSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { EngineError } from '../engine-error.ts';
import { compressEntry, decompressEntry } from './entry-codec.ts';
import { KeptBytes } from './kept-bytes.ts';
import { createPieceCompressor } from './piece-compressor.ts';
import { METHOD_ZSTD, toCentralHeader, toEndRecords, toLocalHeader, type ZipEntry } from './zip-layout.ts';

/** An entry whose bytes are already compressed, e.g. copied from another log. */
export interface StoredEntry {
  name: string;
  method: number;
  crc: number;
  size: number;
  bytes: Buffer;
}

/**
 * A zip file that only grows. Entries are written as they come; entries that arrive while a write is under way go
 * into the next one together. Behind the newest entry stands a central directory, so that other programs can open
 * the file while it grows; the next entries overwrite it.
 *
 * Rewriting the directory costs with the number of entries (about 80 bytes each): it is left out (and the file cut
 * behind the newest entry) while it would take more than {@link DIRECTORY_SHARE} of the time. Then other programs
 * must wait a moment; our own reader scans the entries.
 *
 * After `append` resolves the entry is with the operating system: it survives the death of this process. It is on
 * the disk (fsync) after `finish`.
 */
export interface ZipAppender {
  /** The memory of `content` may be used again at once. */
  append(name: string, content: Buffer): Promise<ZipEntry>;
  appendStored(entry: StoredEntry): Promise<ZipEntry>;
  /** An entry appended earlier. */
  readBack(entry: ZipEntry): Promise<Buffer>;
  /**
   * Appends one member of unknown length. Nothing else may be appended until it is done. When the next piece is asked
   * for, the memory of the one before may be used again.
   */
  appendPieces(name: string, pieces: AsyncIterable<Buffer>): Promise<void>;
  /** Moves the file to its final name, which must be free. */
  publish(path: string): Promise<void>;
  /** Writes the directory and closes. */
  finish(): Promise<void>;
  /** Closes as it is. */
  close(): Promise<void>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
}

const DIRECTORY_SHARE = 0.005;
/** Copying into the page cache, roughly. */
const BYTES_PER_MS = 1_000_000;
/** What cutting a directory off again costs, in bytes copied meanwhile. */
const DIRECTORY_COST = 50_000;
const GRACE_MS = 5;
const SMALL_WRITE = 1 << 18;

interface Waiting {
  bytes: Buffer[];
  central: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

export async function createZipAppender(path: string, flags = 'wx+'): Promise<ZipAppender> {
  return new Appender(await open(path, flags), path);
}

class Appender implements ZipAppender {
  readonly #file: FileHandle;
  #path: string;
  /** Where the next entry goes. */
  #end = 0;
  /** Length of the file as we left it: entries, and the directory if one was written. */
  #length = 0;
  readonly #directory = new KeptBytes();
  #count = 0;
  #waiting: Waiting[] = [];
  /** Set by a write that failed (a full disk): what follows would stand behind a hole. */
  #failure: { error: unknown } | null = null;
  /** Bytes of those waiting. */
  #queued = 0;
  #writing: Promise<void> | null = null;
  /** Bytes of directories written so far. */
  #directoryBytes = 0;
  readonly #opened = performance.now();

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  append(name: string, content: Buffer): Promise<ZipEntry> {
    const bytes = compressEntry(content);
    return this.appendStored({ name, method: METHOD_ZSTD, crc: crc32(content), size: content.length, bytes });
  }

  appendStored(entry: StoredEntry): Promise<ZipEntry> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    const placed = toPlaced(entry, this.#end + this.#queued);
    const header = toLocalHeader(placed);
    return new Promise((resolve, reject) => {
      const size = header.length + entry.bytes.length;
      const bytes = [header, entry.bytes];
      const written = (): void => resolve(placed);
      this.#queued += size;
      this.#waiting.push({ bytes, central: toCentralHeader(placed), resolve: written, reject });
      this.#writing ??= this.#writeWaiting();
    });
  }

  async readBack(entry: ZipEntry): Promise<Buffer> {
    const bytes = Buffer.alloc(entry.compressedSize);
    await this.#file.read(bytes, 0, bytes.length, entry.offset + toLocalHeader(entry).length);
    return decompressEntry(entry.method, bytes, entry.name, entry.size);
  }

  async #writeWaiting(): Promise<void> {
    // Answers that came in together end together: their entries share one write.
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const start = this.#end;
      this.#waiting = [];
      this.#end += this.#queued;
      this.#queued = 0;
      for (const one of batch) this.#addCentral(one.central);
      try {
        if (this.#failure) throw this.#failure.error;
        await this.#write(
          batch.flatMap((one) => one.bytes),
          start,
        );
        for (const one of batch) one.resolve();
      } catch (error) {
        this.#failure ??= { error };
        for (const one of batch) one.reject(error);
      }
    }
    this.#writing = null;
  }

  #addCentral(central: Buffer): void {
    this.#directory.add(central);
    this.#count++;
  }

  async #write(bytes: Buffer[], start: number): Promise<void> {
    const elapsed = performance.now() - this.#opened;
    const spent = (this.#directoryBytes + this.#directory.size + DIRECTORY_COST) / BYTES_PER_MS;
    const affordable = spent <= GRACE_MS + elapsed * DIRECTORY_SHARE;
    if (affordable) {
      const end = toEndRecords(this.#count, this.#end, this.#directory.size);
      await this.#writeAt([...bytes, ...this.#directory.pieces(), end], start);
      this.#directoryBytes += this.#directory.size + DIRECTORY_COST;
      this.#cutTo(this.#end + this.#directory.size + end.length);
    } else {
      await this.#writeAt(bytes, start);
      this.#cutTo(this.#end);
    }
  }

  /** What stood behind the bytes just written is no longer the tail of anything. */
  #cutTo(length: number): void {
    if (this.#length > length) ftruncateSync(this.#file.fd, length);
    this.#length = length;
  }

  async #writeAt(bytes: Buffer[], start: number): Promise<void> {
    const size = bytes.reduce((sum, one) => sum + one.length, 0);
    if (size <= SMALL_WRITE) this.#writeSmall(bytes, start);
    else await this.#writeLarge(bytes, start, size);
  }

  /** Into the page cache at once: the way over a thread would cost several times as much. */
  #writeSmall(bytes: Buffer[], start: number): void {
    const whole = bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes);
    let written = 0;
    while (written < whole.length) {
      written += writeSync(this.#file.fd, whole, written, whole.length - written, start + written);
    }
  }

  /** Without a copy of all of it. */
  async #writeLarge(bytes: Buffer[], start: number, size: number): Promise<void> {
    let { bytesWritten: written } = await this.#file.writev(bytes, start);
    while (written < size) {
      const rest = Buffer.concat(bytes).subarray(written);
      written += (await this.#file.write(rest, 0, rest.length, start + written)).bytesWritten;
    }
  }

  async appendPieces(name: string, pieces: AsyncIterable<Buffer>): Promise<void> {
    await this.#idle();
    const offset = this.#end;
    const empty = { name, method: METHOD_ZSTD, crc: 0, size: 0, compressedSize: 0, offset };
    const headerSize = toLocalHeader(empty).length;
    let at = offset + headerSize;
    let crc = 0;
    let size = 0;
    const frame = createPieceCompressor();
    const write = async (compressed: Buffer[]): Promise<void> => {
      await this.#writeAt(compressed, at);
      for (const bytes of compressed) at += bytes.length;
    };
    for await (const piece of pieces) {
      size += piece.length;
      crc = crc32(piece, crc);
      await write(await frame.add(piece));
    }
    await write(await frame.end());
    const entry: ZipEntry = { ...empty, crc, size, compressedSize: at - offset - headerSize };
    // The header last: until it is there, a scan ends before this entry.
    await this.#writeAt([toLocalHeader(entry)], offset);
    this.#end = at;
    this.#addCentral(toCentralHeader(entry));
    this.#length = Math.max(this.#length, at);
  }

  async #idle(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async publish(path: string): Promise<void> {
    await this.#idle();
    await this.#file.datasync();
    await moveToFree(this.#path, path);
    await syncFolder(dirname(path));
    this.#path = path;
  }

  async finish(): Promise<void> {
    await this.#idle();
    if (this.#failure) throw this.#failure.error;
    const end = toEndRecords(this.#count, this.#end, this.#directory.size);
    await this.#writeAt([...this.#directory.pieces(), end], this.#end);
    this.#cutTo(this.#end + this.#directory.size + end.length);
    await this.#file.datasync();
    await this.#file.close();
  }

  async close(): Promise<void> {
    await this.#idle();
    await this.#file.close();
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
  }
}

function toPlaced(entry: StoredEntry, offset: number): ZipEntry {
  const { name, method, crc, size } = entry;
  return { name, method, crc, size, compressedSize: entry.bytes.length, offset };
}

/**
 * Gives a file its name without ever replacing another one.
 * @throws EngineError `log-exists`
 */
async function moveToFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await rm(from);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EEXIST')
      throw new EngineError('log-exists', `there is a log at ${to} already`, { cause: error });
    // File systems without hard links.
    await rename(from, to);
  }
}

/** So that the new name survives a power cut; not every file system allows it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (!folder) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}
