import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { Repo } from '../repos/repo.ts';

export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export interface DiscussionAuthor {
  /** Empty for an account of another hub, which is no account here. */
  id: string;
  name: string;
  fullname: string;
  kind: 'user' | 'org';
  /** That hub. */
  origin?: string;
}

/** The author of a row `alias`, whose account is `a`: of what was mirrored, a name and the hub it is a name of. */
export const authorSql = (alias: string): string => `CASE
    WHEN ${alias}.origin ? 'author' THEN jsonb_build_object('id', '', 'name', ${alias}.origin ->> 'author', 'fullname', '',
      'kind', 'user', 'origin', ${alias}.origin ->> 'from')
    WHEN a.id IS NOT NULL THEN jsonb_build_object('id', a.id, 'name', a.name, 'fullname', a.fullname, 'kind', a.kind)
  END`;

/** A discussion or pull request as the record knows it. */
export interface Discussion {
  id: string;
  num: number;
  title: string;
  status: DiscussionStatus;
  isPullRequest: boolean;
  /** Null: the account is gone. */
  author: DiscussionAuthor | null;
  /** Hub it was mirrored from; null: begun here. */
  origin: string | null;
  /** Branch to merge into, `refs/heads/main`; of pull requests only. */
  baseRef: string | null;
  mergeCommit: string | null;
  pinned: boolean;
  createdAt: Date;
  numComments: number;
}

/** For `SELECT ${discussionColumns} ${discussionTables} WHERE …`; `d` is the discussion, `a` its author. */
export const discussionColumns = `d.id, d.num, d.title, d.status, d.is_pull_request AS "isPullRequest",
  ${authorSql('d')} AS author, d.origin ->> 'from' AS origin,
  d.base_ref AS "baseRef", d.merge_commit AS "mergeCommit", d.pinned, d.created_at AS "createdAt",
  (SELECT count(*)::int FROM record.discussion_events e WHERE e.discussion_id = d.id AND e.type = 'comment')
    AS "numComments"`;

export const discussionTables = `FROM record.discussions d
  LEFT JOIN record.accounts a ON a.id = d.author_id AND a.deleted_at IS NULL`;

export async function findDiscussion(sql: Sql, repoId: string, num: number): Promise<Discussion | null> {
  return sql.maybe<Discussion>(
    `SELECT ${discussionColumns} ${discussionTables} WHERE d.repo_id = $1 AND d.num = $2`,
    [repoId, num],
  );
}

/** @throws HubError `not-found` */
export async function requireDiscussion(
  ctx: Pick<HubContext, 'db'>,
  repo: Repo,
  num: number,
): Promise<Discussion> {
  const found = await findDiscussion(ctx.db, repo.id, num);
  if (found) return found;
  throw new HubError('not-found', `${repo.fullName} has no discussion or pull request ${num}`);
}

/** The same, as it is now and until this transaction ends. @throws HubError `not-found` */
export async function lockDiscussion(tx: Sql, repo: Repo, num: number): Promise<Discussion> {
  await tx.query('SELECT 1 FROM record.discussions WHERE repo_id = $1 AND num = $2 FOR UPDATE', [
    repo.id,
    num,
  ]);
  return requireDiscussion({ db: tx as HubContext['db'] }, repo, num);
}
