/**
 * Bytes under names that clients chose: pieces of large files, kept for a time. A name is some words of letters, digits and
 * dashes with slashes between them. Like blobs, a piece is there as a whole or not at all, and durably when `put` resolves.
 */
export interface PieceStore {
  /** Answers whether it was new; one that is there stays as it is. @throws HubError `too-large` */
  put(name: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<boolean>;
  /** Null when it is not here. */
  read(name: string): Promise<Buffer | null>;
  /** The words that follow a folder's name. */
  list(folder: string): Promise<string[]>;
  /** Removes everything in a folder. */
  removeFolder(folder: string): Promise<void>;
}

/** @throws TypeError for a name that could lead elsewhere: names are made by the hub from checked parts */
export function assertPieceName(name: string): void {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(name)) throw new TypeError(`not the name of a piece: ${name}`);
}
