import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { HubError } from '../errors.ts';
import { assertPieceName, type PieceStore } from './piece-store.ts';
import { isMissing, type S3Place } from './s3-place.ts';
import { uploadToS3 } from './s3-upload.ts';

/** Pieces in a bucket: `pieces/<name>`. */
export function createS3PieceStore(place: S3Place): PieceStore {
  const { client, bucket: Bucket } = place;
  const keyOf = (name: string) => {
    assertPieceName(name);
    return `${place.prefix}pieces/${name}`;
  };
  const orNull = async <T>(asking: Promise<T>) => {
    try {
      return await asking;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  return {
    async put(name, source, maxBytes) {
      const Key = keyOf(name);
      if (await orNull(client.send(new HeadObjectCommand({ Bucket, Key })))) {
        for await (const _ of source); // the client sends it whole before it listens
        return false;
      }
      await uploadToS3(place, withLimit(source, maxBytes), {
        key: Key,
        size: maxBytes,
        assertWhole: () => {},
      });
      return true;
    },
    async read(name) {
      const found = await orNull(client.send(new GetObjectCommand({ Bucket, Key: keyOf(name) })));
      return found?.Body ? Buffer.from(await found.Body.transformToByteArray()) : null;
    },
    async list(folder) {
      const Prefix = `${keyOf(folder)}/`;
      const { CommonPrefixes = [], Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }),
      );
      const names = [...CommonPrefixes.map((one) => one.Prefix), ...Contents.map((one) => one.Key)];
      return names.flatMap((name) => (name ? [name.slice(Prefix.length).replace(/\/$/, '')] : []));
    },
    async removeFolder(folder) {
      for (;;) {
        // A thousand at once, as often as there are more: what is gone is not listed again.
        const Prefix = `${keyOf(folder)}/`;
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
        if (Contents.length === 0) return;
        const Objects = Contents.map(({ Key }) => ({ Key }));
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
    },
  };
}

async function* withLimit(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new HubError('too-large', `a piece has at most ${maxBytes} bytes`);
    yield chunk;
  }
}
