import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';

/** Every place of the record that names a blob it needs, with the column of its size in bytes. */
export const blobColumns = [
  { table: 'lfs_objects', digest: 'oid', size: 'size' },
  { table: 'evidence', digest: 'digest', size: 'size' },
  { table: 'bucket_uploads', digest: 'sha256', size: 'size' },
  { table: 'bucket_files', digest: 'sha256', size: 'size' },
] as const;

/** Removes a blob that nothing needs any more: other owners may have the same bytes. */
export async function removeUnlessNeeded(ctx: HubContext, sha256: string): Promise<void> {
  if (!(await isNeeded(ctx.db, sha256))) await ctx.blobs.remove(sha256);
}

async function isNeeded(sql: Sql, sha256: string): Promise<boolean> {
  for (const { table, digest } of blobColumns)
    if (await sql.maybe(`SELECT 1 FROM record.${table} WHERE ${digest} = $1 LIMIT 1`, [sha256])) return true;
  return (
    (await sql.maybe("SELECT 1 FROM record.jobs WHERE outcome ->> 'draft' = $1 LIMIT 1", [sha256])) !== null
  );
}
