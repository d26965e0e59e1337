import { newId, type WireDiscussionDetails } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { DiscussionStatus } from '../discussions/discussion.ts';
import type { EventData } from '../discussions/events.ts';
import { onPullRequestStatus } from '../index/index-status.ts';
import { toStorable } from '../index/storable.ts';
import { firstLocalNumber } from '../receive/ref-rules.ts';
import type { Repo } from '../repos/repo.ts';
import type { Origin, OriginRow } from './origin.ts';

/** A pull request whose ref is here already: its status must change with its results, so not before the refs move. */
export interface LateStatus {
  num: number;
  status: DiscussionStatus;
  mergeCommit: string | null;
}

export interface DiscussionSync {
  repo: Repo;
  origin: Origin;
  /** Name of the other hub, kept beside its authors. */
  endpoint: string;
  onProgress(done: number): Promise<void>;
}

const statuses = new Set<string>(['draft', 'open', 'closed', 'merged']);
const maxTitle = 500;
const maxText = 2 ** 20;

/**
 * Brings discussions and pull requests up to date, each in a transaction of its own, so that a crash loses one at most.
 * Opened are those whose row says something new, and those that are open: an edited comment shows in no row.
 */
export async function syncDiscussions(ctx: HubContext, sync: DiscussionSync): Promise<LateStatus[]> {
  const known = await loadSeen(ctx, sync.repo.id);
  const refs = await ctx.git.reader(sync.repo.id).refs();
  const late: LateStatus[] = [];
  let done = 0;
  for await (const row of sync.origin.discussions()) {
    if (!Number.isSafeInteger(row.num) || row.num < 1 || row.num >= firstLocalNumber) continue;
    const seen = toSeen(row);
    const before = known.get(row.num);
    done += 1;
    const settled = row.status === 'closed' || row.status === 'merged';
    if (before?.seen === seen && settled && before.status === row.status) continue;
    const details = await sync.origin.discussion(row.num);
    if (!statuses.has(details.status)) continue;
    const waits = details.isPullRequest && before !== undefined && refs.has(`refs/pr/${row.num}`);
    await ctx.db.tx((tx) => writeDiscussion(tx, sync, { details, seen, waits }));
    const mergeCommit = details.changes?.mergeCommitId ?? null;
    if (waits && before.status !== details.status)
      late.push({ num: row.num, status: details.status, mergeCommit });
    await sync.onProgress(done);
  }
  return late;
}

async function loadSeen(ctx: HubContext, repoId: string) {
  const rows = await ctx.db.query<{ num: number; seen: string; status: DiscussionStatus }>(
    `SELECT num, origin ->> 'seen' AS seen, status FROM record.discussions WHERE repo_id = $1 AND origin IS NOT NULL`,
    [repoId],
  );
  return new Map(rows.map((row) => [row.num, row]));
}

/** What of a list's row tells that something happened. */
function toSeen({ title, status, numComments, pinned }: OriginRow): string {
  return JSON.stringify([title, status, numComments ?? 0, pinned ?? false]);
}

interface Fresh {
  details: WireDiscussionDetails;
  seen: string;
  /** Its status is set later. */
  waits: boolean;
}

async function writeDiscussion(tx: Tx, sync: DiscussionSync, { details, seen, waits }: Fresh): Promise<void> {
  const { repo, endpoint: from } = sync;
  const origin = toStorable({ from, seen, author: details.author?.name ?? 'somebody' });
  const { id } = await tx.one<{ id: string }>(
    `INSERT INTO record.discussions AS d (id, repo_id, num, title, status, is_pull_request, base_ref, merge_commit, pinned,
       created_at, origin)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (repo_id, num) DO UPDATE SET title = excluded.title, pinned = excluded.pinned, origin = excluded.origin,
       updated_at = now(), status = CASE WHEN $12 THEN d.status ELSE excluded.status END,
       merge_commit = CASE WHEN $12 THEN d.merge_commit ELSE excluded.merge_commit END
     RETURNING id`,
    [
      newId(),
      repo.id,
      details.num,
      toStorable(String(details.title).slice(0, maxTitle)),
      details.status,
      details.isPullRequest === true,
      details.isPullRequest ? (details.changes?.base ?? 'refs/heads/main') : null,
      details.changes?.mergeCommitId ?? null,
      details.pinned === true,
      toTime(details.createdAt),
      JSON.stringify(origin),
      waits,
    ],
  );
  await writeEvents(tx, id, from, details.events);
}

async function writeEvents(
  tx: Tx,
  discussionId: string,
  from: string,
  events: WireDiscussionDetails['events'],
): Promise<void> {
  const rows = events.flatMap((event, order) => {
    const data = toData(event);
    if (!data || typeof event.id !== 'string') return [];
    const origin = { from, id: event.id, ...(event.author?.name && { author: event.author.name }) };
    return [toStorable({ order, id: newId(), type: event.type, data, at: toTime(event.createdAt), origin })];
  });
  await tx.query(
    `DELETE FROM record.discussion_events WHERE discussion_id = $1 AND origin IS NOT NULL
       AND NOT origin ->> 'id' = ANY($2::text[])`,
    [discussionId, rows.map(({ origin }) => origin.id)],
  );
  await tx.query(
    `INSERT INTO record.discussion_events (id, discussion_id, type, data, created_at, origin)
     SELECT id, $1, type, data, at, origin
     FROM jsonb_to_recordset($2::jsonb) AS e ("order" int, id text, type text, data jsonb, at timestamptz, origin jsonb)
     ORDER BY "order"
     ON CONFLICT (discussion_id, (origin ->> 'id')) WHERE origin IS NOT NULL
       DO UPDATE SET data = excluded.data, origin = excluded.origin`,
    [discussionId, JSON.stringify([...new Map(rows.map((row) => [row.origin.id, row])).values()])],
  );
}

/** Kinds of events that this hub does not keep are left out. */
function toData(event: WireDiscussionDetails['events'][number]): EventData['data'] | null {
  switch (event.type) {
    case 'comment': {
      const { latest, hidden, edited } = event.data;
      const raw = String(latest?.raw ?? '').slice(0, maxText);
      return {
        raw,
        hidden: hidden === true,
        history: [],
        ...(edited && { editedAt: toTime(latest.updatedAt) }),
      };
    }
    case 'status-change':
    case 'commit':
    case 'title-change':
    case 'pinning-change':
    case 'standing-change':
      return event.data as EventData['data'];
    default:
      return null;
  }
}

function toTime(text: unknown): string {
  const time = new Date(typeof text === 'string' ? text : Number.NaN);
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

/** Sets what had to wait, in the transaction that moves the refs. */
export async function writeLateStatuses(
  tx: Tx,
  repo: Repo,
  actor: { id: string; name: string },
  late: LateStatus[],
): Promise<void> {
  for (const { num, status, mergeCommit } of late) {
    const { from } = await tx.one<{ from: DiscussionStatus }>(
      'SELECT status AS from FROM record.discussions WHERE repo_id = $1 AND num = $2 FOR UPDATE',
      [repo.id, num],
    );
    await tx.query(
      'UPDATE record.discussions SET status = $3, merge_commit = $4 WHERE repo_id = $1 AND num = $2',
      [repo.id, num, status, mergeCommit],
    );
    await onPullRequestStatus(tx, repo, { num, from, to: status, actor });
  }
}
