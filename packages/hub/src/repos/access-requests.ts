import { newId } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { Repo } from './repo.ts';

export const requestStatuses = ['pending', 'accepted', 'rejected'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** Somebody's wish to read a gated repo's files. */
export interface AccessRequest {
  id: string;
  user: { id: string; name: string; fullname: string; email: string | null };
  status: RequestStatus;
  fields: Record<string, unknown>;
  rejectionReason: string | null;
  askedAt: Date;
}

const columns = `q.id, q.status, q.fields, q.rejection_reason AS "rejectionReason", q.asked_at AS "askedAt",
  jsonb_build_object('id', a.id, 'name', a.name, 'fullname', a.fullname, 'email', a.email) AS "user"`;
const tables = 'record.access_requests q JOIN record.accounts a ON a.id = q.user_id AND a.deleted_at IS NULL';

/** Requests of one status, newest first, `limit` of them from `offset` on. */
export async function listAccessRequests(
  sql: Sql,
  repo: Repo,
  status: RequestStatus,
  page: { offset: number; limit: number },
): Promise<AccessRequest[]> {
  return sql.query<AccessRequest>(
    `SELECT ${columns} FROM ${tables} WHERE q.repo_id = $1 AND q.status = $2
     ORDER BY q.asked_at DESC, q.id OFFSET $3 LIMIT $4`,
    [repo.id, status, page.offset, page.limit],
  );
}

/** What became of the actor's own request; null when there is none. */
export async function findOwnRequest(sql: Sql, repo: Repo, actor: Actor): Promise<AccessRequest | null> {
  return sql.maybe<AccessRequest>(
    `SELECT ${columns} FROM ${tables} WHERE q.repo_id = $1 AND q.user_id = $2`,
    [repo.id, actor.id],
  );
}

/**
 * Asks for access. With `auto` the answer is yes at once; with `manual` an owner decides. Asking again changes nothing:
 * a rejected request stays rejected until an owner says otherwise.
 * @throws HubError `conflict` when the repo is not gated
 */
export async function askForAccess(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  fields: Record<string, unknown>,
): Promise<AccessRequest> {
  if (repo.gated === null) throw new HubError('conflict', `${repo.fullName} is open to whoever sees it`);
  const status = repo.gated === 'auto' ? 'accepted' : 'pending';
  await ctx.db.query(
    `INSERT INTO record.access_requests (id, repo_id, user_id, status, fields, handled_at)
     VALUES ($1, $2, $3, $4, $5, CASE WHEN $4 = 'accepted' THEN now() END)
     ON CONFLICT (repo_id, user_id) DO UPDATE
       SET status = excluded.status, fields = excluded.fields, handled_at = excluded.handled_at
     WHERE access_requests.status = 'pending'`,
    [newId(), repo.id, actor.id, status, JSON.stringify(fields)],
  );
  return (await findOwnRequest(ctx.db, repo, actor))!;
}

export interface Decision {
  /** Id of the request, or name of the user. */
  which: { requestId: string } | { user: string };
  status: RequestStatus;
  rejectionReason?: string;
}

/** Decides on a request, also on one decided before. @throws HubError `not-found`, `conflict` when it is so already */
export async function decideAccess(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  decision: Decision,
): Promise<void> {
  const { which, status, rejectionReason = null } = decision;
  const [condition, value] =
    'requestId' in which ? ['q.id = $2', which.requestId] : ['lower(a.name) = lower($2)', which.user];
  await ctx.db.tx(async (tx) => {
    const found = await tx.maybe<AccessRequest>(
      `SELECT ${columns} FROM ${tables} WHERE q.repo_id = $1 AND ${condition} FOR UPDATE OF q`,
      [repo.id, value],
    );
    if (!found) throw new HubError('not-found', 'there is no such access request');
    if (found.status === status) throw new HubError('conflict', `the request is ${status} already`);
    await tx.query(
      `UPDATE record.access_requests SET status = $2, rejection_reason = $3, handled_at = now(), handled_by = $4
        WHERE id = $1`,
      [found.id, status, status === 'rejected' ? rejectionReason : null, actor.id],
    );
    await audit(tx, actor, 'access-decided', { repo: repo.id, user: found.user.id, status });
  });
}

/** Lets a user in who never asked. @throws HubError `conflict` when they are in already */
export async function grantAccess(ctx: HubContext, actor: Actor, repo: Repo, userId: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const changed = await tx.query(
      `INSERT INTO record.access_requests AS q (id, repo_id, user_id, status, handled_at, handled_by)
       VALUES ($1, $2, $3, 'accepted', now(), $4)
       ON CONFLICT (repo_id, user_id) DO UPDATE SET status = 'accepted', rejection_reason = NULL,
         handled_at = now(), handled_by = excluded.handled_by
       WHERE q.status <> 'accepted' RETURNING id`,
      [newId(), repo.id, userId, actor.id],
    );
    if (changed.length === 0) throw new HubError('conflict', 'this user has access already');
    await audit(tx, actor, 'access-granted', { repo: repo.id, user: userId });
  });
}
