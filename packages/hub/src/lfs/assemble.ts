import { removeUnlessNeeded } from '../blobs/blob-columns.ts';
import { noteUpload } from '../buckets/bucket-files.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { assertRoom } from '../repos/storage-quota.ts';
import { storeObject } from './objects.ts';
import { type ShardFile, type Term, toShardFiles } from './shard.ts';
import { type Chunk, decodeChunk, toChunks } from './xorb.ts';
import type { XorbStore } from './xorb-store.ts';

/**
 * Puts together all files of a shard and keeps them as large objects of a repo, under their SHA-256.
 * @throws HubError `invalid-input` when a xorb was never sent, data is corrupt or a hash differs; `too-large`,
 * `quota-exceeded`
 */
export async function assembleShard(
  ctx: HubContext,
  repoId: string,
  xorbs: XorbStore,
  shard: Buffer,
): Promise<void> {
  await assemble(xorbs, shard, async (file, bytes) => {
    const maxBytes = mostBytes(ctx);
    await storeObject(
      ctx,
      repoId,
      bytes,
      file.sha256 === null ? { maxBytes } : { sha256: file.sha256, maxBytes },
    );
  });
}

/**
 * The same for a bucket, whose files are named by their client's hash.
 * @throws HubError as {@link assembleShard}; `quota-exceeded`
 */
export async function assembleBucketShard(
  ctx: HubContext,
  bucketId: string,
  xorbs: XorbStore,
  shard: Buffer,
): Promise<void> {
  const { ownerId } = await ctx.db.one<{ ownerId: string }>(
    'SELECT owner_id AS "ownerId" FROM record.buckets WHERE id = $1',
    [bucketId],
  );
  await assemble(xorbs, shard, async ({ xetHash }, bytes) => {
    await assertRoom(ctx, ownerId, 1);
    const stored = await ctx.blobs.put(bytes, { maxBytes: mostBytes(ctx) });
    try {
      await assertRoom(ctx, ownerId, stored.size);
    } catch (error) {
      await removeUnlessNeeded(ctx, stored.sha256);
      throw error;
    }
    await noteUpload(ctx.db, bucketId, { xetHash, ...stored });
  });
}

/** A shard may name the same piece again and again: a few bytes that would fill any disk. */
const mostBytes = (ctx: HubContext) => ctx.config.maxLargeFileMib * 2 ** 20;

async function assemble(
  xorbs: XorbStore,
  shard: Buffer,
  keep: (file: ShardFile, bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const read = createChunkReader(xorbs);
  for (const file of orRefuse(() => toShardFiles(shard))) await keep(file, bytesOf(file, read));
}

async function* bytesOf(file: ShardFile, read: ChunkReader): AsyncGenerator<Uint8Array> {
  for (const term of file.terms) {
    for (const chunk of await read(term)) yield orRefuse(() => decodeChunk(chunk));
  }
}

type ChunkReader = (term: Term) => Promise<Chunk[]>;

/** Neighbouring terms mostly lie in the same xorb: the last one read stays in memory. */
function createChunkReader(xorbs: XorbStore): ChunkReader {
  let last: { hash: string; chunks: Chunk[] } | null = null;
  return async ({ xorb: hash, start, end }) => {
    if (last?.hash !== hash) {
      last = null; // lets go of its bytes before the next are read
      const bytes = await xorbs.read(hash);
      if (!bytes) throw new HubError('invalid-input', `the xorb ${hash} was never sent`);
      last = { hash, chunks: orRefuse(() => toChunks(bytes)) };
    }
    if (start > end || end > last.chunks.length) {
      throw new HubError('invalid-input', `the xorb ${hash} has ${last.chunks.length} chunks, not ${end}`);
    }
    return last.chunks.slice(start, end);
  };
}

function orRefuse<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw new HubError('invalid-input', error.message, { cause: error });
    throw error;
  }
}
