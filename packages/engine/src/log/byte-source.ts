import { open } from 'node:fs/promises';
import { EngineError } from '../engine-error.ts';

/** Bytes that can be read at any place: a file here, a blob of the hub there. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes, fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** @throws EngineError `log-missing` when there is no such file */
export async function openFileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new EngineError('log-missing', `cannot open ${path}`, { cause });
  });
  const { size } = await file.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
    close: () => file.close(),
  };
}
