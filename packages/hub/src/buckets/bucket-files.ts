import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { assertRoom } from '../repos/storage-quota.ts';

export interface BucketFile {
  path: string;
  /** The path below the folder that was asked for. */
  inner: string;
  sha256: string;
  size: number;
}

/** One change of a bucket; `xetHash` names what was uploaded before. */
export type BucketChange = { kind: 'add'; path: string; xetHash: string } | { kind: 'delete'; path: string };

/** Notes what a client may name by its own hash from now on. */
export async function noteUpload(
  sql: Sql,
  bucketId: string,
  upload: { xetHash: string; sha256: string; size: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO record.bucket_uploads (bucket_id, xet_hash, sha256, size) VALUES ($1, $2, $3, $4)
     ON CONFLICT (bucket_id, xet_hash) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size`,
    [bucketId, upload.xetHash, upload.sha256, upload.size],
  );
}

/**
 * Makes changes in order, all or none.
 * @throws HubError `invalid-input`; `quota-exceeded` when something was added and its owner's room does not hold it
 */
export async function changeBucket(
  ctx: HubContext,
  bucket: { id: string; ownerId: string },
  changes: BucketChange[],
): Promise<void> {
  for (const { path } of changes) assertPath(path);
  const { id: bucketId, ownerId } = bucket;
  await ctx.db.tx(async (tx) => {
    for (const change of changes) {
      if (change.kind === 'delete') {
        await tx.query('DELETE FROM record.bucket_files WHERE bucket_id = $1 AND path = $2', [
          bucketId,
          change.path,
        ]);
        continue;
      }
      const made = await tx.query(
        `INSERT INTO record.bucket_files (bucket_id, path, sha256, size)
         SELECT bucket_id, $3, sha256, size FROM record.bucket_uploads WHERE bucket_id = $1 AND xet_hash = $2
         ON CONFLICT (bucket_id, path) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, updated_at = now()
         RETURNING path`,
        [bucketId, change.xetHash, change.path],
      );
      if (made.length === 0)
        throw new HubError('invalid-input', `nothing was uploaded under the hash named for ${change.path}`);
    }
    if (changes.some(({ kind }) => kind === 'add')) await assertRoom(ctx, ownerId, 0, tx);
  });
}

/** The files of a folder (empty: of all the bucket), by path. */
export async function listBucketFiles(sql: Sql, bucketId: string, folder: string): Promise<BucketFile[]> {
  const prefix = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
  const rows = await sql.query<Omit<BucketFile, 'inner'>>(
    `SELECT path, sha256, size::float8 AS size FROM record.bucket_files
      WHERE bucket_id = $1 AND starts_with(path, $2) ORDER BY path`,
    [bucketId, prefix],
  );
  return rows.map((row) => ({ ...row, inner: row.path.slice(prefix.length) }));
}

/** Paths end up as files of a worker: nothing may lead out of their folder. @throws HubError `invalid-input` */
export function assertPath(path: string): void {
  const parts = path.split('/');
  const fine =
    path.length <= 1_000 &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
    !/[\0\r\n\\]/.test(path);
  if (!fine) throw new HubError('invalid-input', `"${path.slice(0, 100)}" is no path of a bucket`);
}
