import type { Readable } from 'node:stream';

/** A part of a blob in bytes, both ends inclusive; `end` left out: to the last byte. */
export interface ByteRange {
  start: number;
  end?: number;
}

/**
 * Bytes kept by their SHA-256 (64 lowercase hex). Knows no repos and no rights.
 *
 * `put` MUST have the bytes durably kept, and MUST have checked size and hash, before it resolves; nothing is
 * visible under its digest before. Putting what is there already is cheap and changes nothing.
 */
export interface BlobStore {
  /** @throws HubError `invalid-input` when size or hash differ from what was announced; `too-large` */
  put(source: AsyncIterable<Uint8Array>, expected?: ExpectedBlob): Promise<BlobInfo>;
  /** Whether it is here, and with this size when one is given. */
  has(sha256: string, size?: number): Promise<boolean>;
  /** Size in bytes, or null when it is not here. */
  size(sha256: string): Promise<number | null>;
  /** @throws HubError `not-found`; `range-not-satisfiable` when the range begins past the end. */
  open(sha256: string, range?: ByteRange): Promise<Readable>;
  /** Removes it; nothing when it is not here. */
  remove(sha256: string): Promise<void>;
}

export interface BlobInfo {
  sha256: string;
  size: number;
}

/** What was announced of a blob. */
export interface ExpectedBlob {
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** Most bytes accepted, where the size is not known. */
  maxBytes?: number;
}
