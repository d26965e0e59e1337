import type { RepoType } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import type { Repo } from './repo.ts';

/** Likes a repo, or takes it back. Twice the same is once; the repo's count moves in the same transaction. */
export async function setLike(ctx: HubContext, actor: Actor, repo: Repo, liked: boolean): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const changed = liked
      ? await tx.query(
          'INSERT INTO record.likes (repo_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
          [repo.id, actor.id],
        )
      : await tx.query('DELETE FROM record.likes WHERE repo_id = $1 AND user_id = $2 RETURNING 1', [
          repo.id,
          actor.id,
        ]);
    await tx.query('UPDATE record.repos SET likes = likes + $2 WHERE id = $1', [
      repo.id,
      liked ? changed.length : -changed.length,
    ]);
  });
}

/** Whether the actor likes the repo. */
export async function isLiked(sql: Sql, actor: Actor, repo: Repo): Promise<boolean> {
  const found = await sql.maybe('SELECT 1 FROM record.likes WHERE repo_id = $1 AND user_id = $2', [
    repo.id,
    actor.id,
  ]);
  return found !== null;
}

export interface LikedRepo {
  type: RepoType;
  fullName: string;
  at: Date;
}

/** What a user likes, newest first, as far as the asker may see it. */
export async function listLikes(
  sql: Sql,
  asker: Actor | null,
  userId: string,
  page: { offset: number; limit: number },
): Promise<LikedRepo[]> {
  return sql.query<LikedRepo>(
    `SELECT r.type, r.namespace || '/' || r.name AS "fullName", l.created_at AS at
       FROM record.likes l JOIN record.repos r ON r.id = l.repo_id AND r.deleted_at IS NULL
      WHERE l.user_id = $1 AND ${visibleReposSql(asker, 2)}
      ORDER BY l.created_at DESC, r.id OFFSET $3 LIMIT $4`,
    [userId, asker?.id ?? null, page.offset, page.limit],
  );
}
