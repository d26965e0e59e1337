import { type ClosingReason, newId } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import type { BenchmarkStanding } from '../leaderboards/find-benchmark.ts';
import { authorSql, type DiscussionAuthor, type DiscussionStatus } from './discussion.ts';

/** What a comment keeps: its text now, and the texts it had. */
export interface CommentData {
  raw: string;
  hidden: boolean;
  /** ISO time of the last edit; absent: never edited. */
  editedAt?: string;
  history: { raw: string; until: string }[];
}

export type EventData =
  | { type: 'comment'; data: CommentData }
  | { type: 'status-change'; data: { status: DiscussionStatus; reason?: string; closing?: ClosingReason } }
  | { type: 'commit'; data: { subject: string; oid: string } }
  | { type: 'title-change'; data: { from: string; to: string } }
  | { type: 'pinning-change'; data: { pinned: boolean } }
  | { type: 'standing-change'; data: { standing: BenchmarkStanding; reason?: string } };

export type StoredEvent = EventData & {
  id: string;
  author: DiscussionAuthor | null;
  createdAt: Date;
};

const columns = `e.id, e.type, e.data, e.created_at AS "createdAt",
  ${authorSql('e')} AS author`;
const tables = `FROM record.discussion_events e
  LEFT JOIN record.accounts a ON a.id = e.author_id AND a.deleted_at IS NULL`;

/** Appends an event and answers it as stored. */
export async function addEvent(
  sql: Sql,
  discussionId: string,
  authorId: string | null,
  event: EventData,
): Promise<StoredEvent> {
  const id = newId();
  await sql.query(
    'INSERT INTO record.discussion_events (id, discussion_id, type, author_id, data) VALUES ($1, $2, $3, $4, $5)',
    [id, discussionId, event.type, authorId, JSON.stringify(event.data)],
  );
  await sql.query('UPDATE record.discussions SET updated_at = now() WHERE id = $1', [discussionId]);
  return loadEvent(sql, id);
}

export async function loadEvent(sql: Sql, id: string): Promise<StoredEvent> {
  return sql.one<StoredEvent>(`SELECT ${columns} ${tables} WHERE e.id = $1`, [id]);
}

/** Oldest first. */
export async function loadEvents(sql: Sql, discussionId: string): Promise<StoredEvent[]> {
  return sql.query<StoredEvent>(`SELECT ${columns} ${tables} WHERE e.discussion_id = $1 ORDER BY e.seq`, [
    discussionId,
  ]);
}

export function newComment(raw: string): EventData {
  return { type: 'comment', data: { raw, hidden: false, history: [] } };
}
