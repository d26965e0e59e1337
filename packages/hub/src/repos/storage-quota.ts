import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** What an account or organisation keeps on this hub, in bytes. */
export interface Storage {
  /** How much it may keep. */
  quota: number;
  used: number;
  /** Of that: objects of git; large files of repos, by LFS or Xet; files of buckets. */
  git: number;
  large: number;
  buckets: number;
}

/** Changes of git up to this size always pass: whoever has used up their room must be able to delete what fills it. */
const alwaysBytes = 65_536;

/** A large file that two repos hold counts in both: each keeps it alive. */
export async function readStorage(ctx: HubContext, sql: Sql, ownerId: string): Promise<Storage> {
  const sums = await sql.one<Pick<Storage, 'git' | 'large' | 'buckets'>>(
    `SELECT (SELECT coalesce(sum(git_bytes), 0) FROM record.repos
             WHERE owner_id = $1 AND deleted_at IS NULL)::bigint AS git,
            (SELECT coalesce(sum(o.size), 0) FROM record.lfs_objects o JOIN record.repos r ON r.id = o.repo_id
             WHERE r.owner_id = $1 AND r.deleted_at IS NULL)::bigint AS large,
            (SELECT coalesce(sum(f.size), 0) FROM record.bucket_files f JOIN record.buckets b ON b.id = f.bucket_id
             WHERE b.owner_id = $1)::bigint AS buckets`,
    [ownerId],
  );
  return { quota: ctx.config.quotaGib * 2 ** 30, used: sums.git + sums.large + sums.buckets, ...sums };
}

/**
 * Refuses what would not fit into its owner's room. Uploads that are under way side by side are not counted against each
 * other before they are whole: an owner may exceed the quota by those, once. Of 0 bytes it asks whether what is there fits.
 * @throws HubError `quota-exceeded`
 */
export async function assertRoom(
  ctx: HubContext,
  ownerId: string,
  bytes: number,
  sql: Sql = ctx.db,
): Promise<void> {
  const refusal = await refusalOfRoom(ctx, ownerId, bytes, sql);
  if (refusal) throw new HubError('quota-exceeded', refusal.message, { hint: refusal.hint });
}

/** As `assertRoom`, for objects of git. Answers one sentence, or null when they fit. */
export async function refusalOfGit(ctx: HubContext, ownerId: string, bytes: number): Promise<string | null> {
  if (bytes <= alwaysBytes) return null;
  const refusal = await refusalOfRoom(ctx, ownerId, bytes, ctx.db);
  return refusal && `${refusal.message}. ${refusal.hint}`;
}

async function refusalOfRoom(ctx: HubContext, ownerId: string, bytes: number, sql: Sql) {
  const { quota, used } = await readStorage(ctx, sql, ownerId);
  if (used + bytes <= quota) return null;
  const { name } = await sql.one<{ name: string }>('SELECT name FROM record.accounts WHERE id = $1', [
    ownerId,
  ]);
  return {
    message:
      bytes === 0
        ? `${name} may keep ${quota} bytes, and this would make it ${used}`
        : `${name} may keep ${quota} bytes and keeps ${used}: ${bytes} more do not fit`,
    hint: 'Delete repos or large files that are not needed (a file first, then its object), or ask an administrator to raise ASSAY_QUOTA_GIB.',
  };
}
