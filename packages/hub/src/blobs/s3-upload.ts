import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Place } from './s3-place.ts';

/** S3 allows so many parts. */
const maxParts = 10_000;
/** No upload takes so long: a silent connection is cut long before. */
const abandonedMs = 7 * 86_400_000;

export interface S3Upload {
  key: string;
  /** Bytes that are expected; makes parts of a larger object larger. */
  size?: number;
  /** Called when all bytes have been read and before the object is there; a throw leaves nothing. */
  assertWhole(): void;
}

/** Writes an object, which is there as a whole or not at all. Holds two parts in memory, whatever the size. */
export async function uploadToS3(
  place: S3Place,
  source: AsyncIterable<Uint8Array>,
  upload: S3Upload,
): Promise<void> {
  const partBytes = Math.max(place.partBytes, Math.ceil((upload.size ?? 0) / maxParts));
  const parts = toParts(source, partBytes);
  const first = await parts.next();
  const body = first.value ?? Buffer.alloc(0);
  if (first.done || body.length < partBytes) {
    upload.assertWhole();
    await place.client.send(
      new PutObjectCommand({ Bucket: place.bucket, Key: upload.key, Body: body, ContentLength: body.length }),
    );
    return;
  }
  async function* all() {
    yield body;
    yield* parts;
  }
  await uploadParts(place, all(), upload);
}

async function uploadParts(place: S3Place, parts: AsyncIterable<Buffer>, upload: S3Upload): Promise<void> {
  const { client, bucket: Bucket } = place;
  const at = { Bucket, Key: upload.key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const done: { PartNumber: number; ETag: string | undefined }[] = [];
  let sending: Promise<unknown> = Promise.resolve();
  try {
    for await (const Body of parts) {
      await sending;
      const PartNumber = done.length + 1;
      const part = { PartNumber, ETag: undefined as string | undefined };
      done.push(part);
      sending = client
        .send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ContentLength: Body.length }))
        .then(({ ETag }) => {
          part.ETag = ETag;
        });
      sending.catch(() => {}); // awaited with the next part, perhaps only after it has failed
    }
    await sending;
    upload.assertWhole();
    await client.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: done } }),
    );
  } catch (error) {
    await sending.catch(() => {});
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => {}); // the next start does it
    throw error;
  }
}

/** The same bytes in pieces of one size, the last one smaller (or, when all fit, absent). */
async function* toParts(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, undefined> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, size - length);
      // A copy: whoever reads from a socket or a file may use its memory again.
      chunks.push(Uint8Array.prototype.slice.call(taken));
      length += taken.length;
      rest = rest.subarray(taken.length);
      if (length < size) continue;
      yield Buffer.concat(chunks);
      [chunks, length] = [[], 0];
    }
  }
  if (length > 0) yield Buffer.concat(chunks);
}

/** Takes away the parts of uploads that a crash broke off; S3 keeps, and charges for, them until then. */
export async function abortAbandonedUploads(place: S3Place, now: Date): Promise<void> {
  const { client, bucket: Bucket, prefix: Prefix } = place;
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  for (const { Key, UploadId, Initiated } of Uploads) {
    if (!Initiated || now.getTime() - Initiated.getTime() < abandonedMs) continue;
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
}
