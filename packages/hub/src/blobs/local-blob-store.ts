import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { HubError } from '../errors.ts';
import { assertDigest, assertRange, createMeter } from './blob-checks.ts';
import type { BlobInfo, BlobStore, ByteRange, ExpectedBlob } from './blob-store.ts';

/**
 * Blobs in a folder: `ab/cd/<sha256>`. Written aside, flushed, then renamed: whatever has its name is whole.
 * @param tmpDir must be on the same file system
 */
export function createLocalBlobStore(blobsDir: string, tmpDir: string): BlobStore {
  const pathOf = (sha256: string) => {
    assertDigest(sha256);
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

/** Writes bytes to a file, flushed; answers what they are. @throws as `BlobStore.put` */
export async function writeDraft(
  source: AsyncIterable<Uint8Array>,
  draft: string,
  expected: ExpectedBlob,
): Promise<BlobInfo> {
  await mkdir(dirname(draft), { recursive: true });
  const meter = createMeter(source, expected);
  const file = await open(draft, 'wx', 0o600);
  try {
    for await (const chunk of meter.bytes) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  return meter.finish();
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
  assertRange(range, total);
  return createReadStream(path, { start: range.start, end: Math.min(range.end ?? total - 1, total - 1) });
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
