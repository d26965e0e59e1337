import { removeUnlessNeeded } from '../blobs/blob-columns.ts';
import type { BlobInfo, ExpectedBlob } from '../blobs/blob-store.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { assertRoom } from '../repos/storage-quota.ts';

/** Bytes of a large object this repo holds; null when it does not, even if another repo has the same bytes. */
export async function heldSize(sql: Sql, repoId: string, oid: string): Promise<number | null> {
  const row = await sql.maybe<{ size: string | number }>(
    'SELECT size FROM record.lfs_objects WHERE repo_id = $1 AND oid = $2',
    [repoId, oid],
  );
  return row && Number(row.size);
}

/**
 * Stores an object and notes that the repo holds it: the bytes were sent, so the sender has them.
 * @throws HubError `invalid-input` when hash or size differ from what was announced; `too-large`, `quota-exceeded`
 */
export async function storeObject(
  ctx: HubContext,
  repoId: string,
  bytes: AsyncIterable<Uint8Array>,
  expected: ExpectedBlob,
): Promise<BlobInfo> {
  const { sha256, size } = expected;
  const isHeld = sha256 !== undefined && (await heldSize(ctx.db, repoId, sha256)) !== null;
  if (!isHeld) await assertRoomInRepo(ctx, repoId, size ?? 1);
  const stored = await ctx.blobs.put(bytes, expected);
  if (!isHeld && size === undefined) {
    try {
      await assertRoomInRepo(ctx, repoId, stored.size);
    } catch (error) {
      await removeUnlessNeeded(ctx, stored.sha256);
      throw error;
    }
  }
  await ctx.db.query(
    'INSERT INTO record.lfs_objects (repo_id, oid, size, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [repoId, stored.sha256, stored.size, ctx.clock()],
  );
  return stored;
}

async function assertRoomInRepo(ctx: HubContext, repoId: string, bytes: number): Promise<void> {
  const { owner } = await ctx.db.one<{ owner: string }>(
    'SELECT owner_id AS owner FROM record.repos WHERE id = $1',
    [repoId],
  );
  await assertRoom(ctx, owner, bytes);
}
