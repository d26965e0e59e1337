import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { HubError } from '../errors.ts';
import type { BlobInfo, BlobStore, ByteRange } from './blob-store.ts';

/**
 * Blobs in a folder: `ab/cd/<sha256>`. Written aside, flushed, then renamed: whatever has its name is whole.
 * @param tmpDir must be on the same file system
 */
export function createLocalBlobStore(blobsDir: string, tmpDir: string): BlobStore {
  const pathOf = (sha256: string) => {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new HubError('invalid-input', 'a digest is 64 lowercase hex digits');
    return join(blobsDir, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  const size = async (sha256: string) => (await stat(pathOf(sha256)).catch(ifMissing))?.size ?? null;
  return {
    size,
    async has(sha256, expected) {
      const found = await size(sha256);
      return found !== null && (expected === undefined || found === expected);
    },
    async put(source, expected = {}) {
      const draft = join(tmpDir, `blob-${randomUUID()}`);
      try {
        const info = await writeDraft(source, draft, expected);
        await publish(draft, pathOf(info.sha256));
        return info;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async open(sha256, range) {
      const total = await size(sha256);
      if (total === null) throw new HubError('not-found', `no blob ${sha256}`);
      if (range === undefined) return createReadStream(pathOf(sha256));
      return openRange(pathOf(sha256), total, range);
    },
    async remove(sha256) {
      await rm(pathOf(sha256), { force: true });
    },
  };
}

async function writeDraft(
  source: AsyncIterable<Uint8Array>,
  draft: string,
  expected: { sha256?: string; size?: number },
): Promise<BlobInfo> {
  await mkdir(dirname(draft), { recursive: true });
  const hash = createHash('sha256');
  const file = await open(draft, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (expected.size !== undefined && size > expected.size)
        throw mismatch('size', `more than ${expected.size} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const sha256 = hash.digest('hex');
  if (expected.size !== undefined && size !== expected.size) throw mismatch('size', `${size} bytes`);
  if (expected.sha256 !== undefined && sha256 !== expected.sha256) throw mismatch('sha256', sha256);
  return { sha256, size };
}

function mismatch(what: string, got: string): HubError {
  return new HubError(
    'invalid-input',
    `the ${what} of the uploaded bytes is not the announced one: got ${got}`,
  );
}

async function publish(draft: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rename(draft, path);
  // The rename, and both folders when they are new, must be on disk before anyone is told.
  for (const folder of [dirname(path), dirname(dirname(path)), dirname(dirname(dirname(path)))]) {
    const handle = await open(folder);
    await handle.sync().finally(() => handle.close());
  }
}

function openRange(path: string, total: number, range: ByteRange): Readable {
  if (range.start >= total || range.start < 0 || (range.end ?? total) < range.start) {
    throw new HubError('range-not-satisfiable', 'the range lies outside the file', { totalBytes: total });
  }
  return createReadStream(path, { start: range.start, end: Math.min(range.end ?? total - 1, total - 1) });
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
