import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { HubError } from '../errors.ts';
import { assertDigest, assertRange, createMeter } from './blob-checks.ts';
import type { BlobInfo, BlobStore, ByteRange, ExpectedBlob } from './blob-store.ts';
import { writeDraft } from './local-blob-store.ts';
import { isMissing, type S3Place } from './s3-place.ts';
import { uploadToS3 } from './s3-upload.ts';

/**
 * Blobs in a bucket: `blobs/ab/cd/<sha256>`. Bytes of a known digest stream through, and the object appears only after
 * they were found right; those of an unknown one lie in a draft file until their digest is known.
 */
export function createS3BlobStore(place: S3Place, tmpDir: string): BlobStore {
  const keyOf = (sha256: string) => {
    assertDigest(sha256);
    return `${place.prefix}blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
  };
  const at = (sha256: string) => ({ Bucket: place.bucket, Key: keyOf(sha256) });
  const size = async (sha256: string): Promise<number | null> => {
    try {
      return (await place.client.send(new HeadObjectCommand(at(sha256)))).ContentLength ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  const putKnown = async (source: AsyncIterable<Uint8Array>, expected: ExpectedBlob & { sha256: string }) => {
    const meter = createMeter(source, expected);
    let info: BlobInfo | null = null;
    // Whoever sends it must still have it: the bytes are read and checked, and not kept a second time.
    if ((await size(expected.sha256)) !== null) {
      for await (const _ of meter.bytes);
      return meter.finish();
    }
    const assertWhole = () => {
      info = meter.finish();
    };
    await uploadToS3(place, meter.bytes, { key: keyOf(expected.sha256), size: expected.size, assertWhole });
    return info!;
  };
  return {
    size,
    async has(sha256, expected) {
      const found = await size(sha256);
      return found !== null && (expected === undefined || found === expected);
    },
    async put(source, expected = {}) {
      const { sha256 } = expected;
      if (sha256 !== undefined) return putKnown(source, { ...expected, sha256 });
      const draft = join(tmpDir, `blob-${randomUUID()}`);
      try {
        const info = await writeDraft(source, draft, expected);
        return await putKnown(createReadStream(draft), info);
      } finally {
        await rm(draft, { force: true });
      }
    },
    async open(sha256, range) {
      if (range) await assertInside(await size(sha256), sha256, range);
      try {
        const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
        const { Body } = await place.client.send(new GetObjectCommand({ ...at(sha256), Range }));
        return Body as Readable;
      } catch (error) {
        throw isMissing(error) ? new HubError('not-found', `no blob ${sha256}`) : error;
      }
    },
    async remove(sha256) {
      await place.client.send(new DeleteObjectCommand(at(sha256)));
    },
  };
}

async function assertInside(total: number | null, sha256: string, range: ByteRange): Promise<void> {
  if (total === null) throw new HubError('not-found', `no blob ${sha256}`);
  assertRange(range, total);
}
