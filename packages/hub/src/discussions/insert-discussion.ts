import { newId } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import type { DiscussionStatus } from './discussion.ts';
import { addEvent, newComment } from './events.ts';

export interface NewDiscussion {
  repoId: string;
  num: number;
  title: string;
  description: string;
  status: DiscussionStatus;
  authorId: string | null;
  /** Set makes it a pull request. */
  baseRef: string | null;
}

/** Writes a discussion and its opening comment; answers its id. */
export async function insertDiscussion(sql: Sql, fresh: NewDiscussion): Promise<string> {
  const id = newId();
  await sql.query(
    `INSERT INTO record.discussions (id, repo_id, num, title, status, is_pull_request, author_id, base_ref)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      fresh.repoId,
      fresh.num,
      fresh.title,
      fresh.status,
      fresh.baseRef !== null,
      fresh.authorId,
      fresh.baseRef,
    ],
  );
  await addEvent(sql, id, fresh.authorId, newComment(fresh.description));
  return id;
}

/** Commits of a new pull request that get an event of their own; of a longer one, the newest. */
const maxCommits = 50;

export interface FirstCommits {
  discussionId: string;
  head: string;
  /** Head of the branch to merge into; its commits are not the pull request's. */
  base: string | null;
  authorId: string | null;
}

/** One event a commit that a new pull request brings, oldest first. */
export async function addCommitEvents(sql: Sql, git: GitReader, commits: FirstCommits): Promise<void> {
  const { discussionId, head, base, authorId } = commits;
  const log = await git.log(head, { limit: maxCommits, ...(base === null ? {} : { not: [base] }) });
  for (const { title: subject, oid } of log.reverse()) {
    await addEvent(sql, discussionId, authorId, { type: 'commit', data: { subject, oid } });
  }
}
