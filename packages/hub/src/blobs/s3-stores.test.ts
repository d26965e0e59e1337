import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { startS3 } from '../../../../tests/support/moto.ts';
import { loadConfig } from '../config/load-config.ts';
import { HubError } from '../errors.ts';
import { blobStoreContract } from './blob-store.contract.ts';
import { pieceStoreContract } from './piece-store.contract.ts';
import { createS3BlobStore } from './s3-blob-store.ts';
import { createS3PieceStore } from './s3-piece-store.ts';
import { openS3Place, type S3Place } from './s3-place.ts';
import { abortAbandonedUploads } from './s3-upload.ts';

let endpoint = '';
before(async (context) => {
  ({ endpoint } = await startS3(context as Parameters<typeof startS3>[0]));
});

/** A bucket of its own. Afterwards no upload may be under way, and no draft left. */
async function withPlace(work: (place: S3Place, tmp: string) => Promise<void>): Promise<void> {
  const config = loadConfig(
    {},
    {
      s3Bucket: `b${randomBytes(6).toString('hex')}`,
      s3Endpoint: endpoint,
      s3Prefix: 'hub/one',
      s3AccessKeyId: 'id',
      s3SecretAccessKey: 'secret',
    },
  );
  assert.ok(config.ok);
  const place = (await openS3Place(config.value))!;
  const tmp = await mkdtemp(join(tmpdir(), 'assay-s3-'));
  try {
    await place.client.send(new CreateBucketCommand({ Bucket: place.bucket }));
    await work(place, tmp);
    assert.deepEqual(await readdir(tmp), [], 'no draft is left behind');
    assert.deepEqual(await uploadsUnderWay(place), [], 'no upload is left open');
  } finally {
    place.client.destroy();
    await rm(tmp, { recursive: true, force: true });
  }
}

async function uploadsUnderWay(place: S3Place): Promise<string[]> {
  const { Uploads = [] } = await place.client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
  return Uploads.map(({ Key }) => Key ?? '');
}

blobStoreContract('S3', (work) => withPlace((place, tmp) => work(createS3BlobStore(place, tmp))));
pieceStoreContract('S3', (work) => withPlace((place) => work(createS3PieceStore(place))));

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Buffer, then?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700_000) yield bytes.subarray(at, at + 700_000);
  if (then) throw then;
}

test('S3: a large blob goes in parts, comes back whole and in part, and keeps to its folder of the bucket', () =>
  withPlace(async (place, tmp) => {
    const store = createS3BlobStore({ ...place, partBytes: 5 * 2 ** 20 }, tmp);
    const bytes = randomBytes(12 * 2 ** 20 + 17);
    const sha256 = digestOf(bytes);
    await store.put(inChunks(bytes), { sha256, size: bytes.length });
    assert.ok((await buffer(await store.open(sha256))).equals(bytes));
    const part = await buffer(await store.open(sha256, { start: 6_000_000, end: 6_000_099 }));
    assert.ok(part.equals(bytes.subarray(6_000_000, 6_000_100)));
    const { Contents = [] } = await place.client.send(new ListObjectsV2Command({ Bucket: place.bucket }));
    const key = `hub/one/blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      [key],
    );
  }));

test('S3: a large blob that is wrong, or whose sender goes away, is never there and leaves no parts', () =>
  withPlace(async (place, tmp) => {
    const store = createS3BlobStore({ ...place, partBytes: 5 * 2 ** 20 }, tmp);
    const bytes = randomBytes(11 * 2 ** 20);
    const wrong = '0'.repeat(64);
    await assert.rejects(
      store.put(inChunks(bytes), { sha256: wrong }),
      (error) => error instanceof HubError && error.code === 'invalid-input',
    );
    const sha256 = digestOf(bytes);
    await assert.rejects(store.put(inChunks(bytes, new Error('went away')), { sha256 }), /went away/);
    assert.equal(await store.has(wrong), false);
    assert.equal(await store.has(sha256), false);
  }));

test('S3: parts of uploads that a crash broke off a week ago are taken away, younger ones stay', () =>
  withPlace(async (place) => {
    const at = { Bucket: place.bucket, Key: `${place.prefix}blobs/x` };
    await place.client.send(new CreateMultipartUploadCommand(at));
    // The server here says of every upload that it began at one day in 2010.
    const { Uploads = [] } = await place.client.send(
      new ListMultipartUploadsCommand({ Bucket: place.bucket }),
    );
    const began = Uploads[0]!.Initiated!.getTime();
    await abortAbandonedUploads(place, new Date(began + 6 * 86_400_000));
    assert.equal((await uploadsUnderWay(place)).length, 1);
    await abortAbandonedUploads(place, new Date(began + 8 * 86_400_000));
  }));
