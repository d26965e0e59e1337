import { toWireDate } from '@assay/spec';
import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { ActKind } from '../index/act-diff.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';

/** An act as Assay's own API tells it. */
export interface ApiAct {
  id: string;
  kind: ActKind;
  at: string;
  actor?: string;
  resultId: string;
  model: string;
  dataset: string;
  taskId: string;
  filename: string;
  pullRequest?: number;
  commit?: string;
  /** The entry as its file wrote it. */
  entry: Record<string, unknown>;
  detail: Record<string, unknown>;
  /** Its leaf in the transparency log, once it has one. */
  tlogIndex?: number;
}

interface Row {
  seq: number;
  at: Date;
  kind: ActKind;
  actor_name: string | null;
  repo_id: string;
  repo_name: string;
  result_id: string;
  pull_request: number | null;
  filename: string;
  dataset_id: string;
  task_id: string;
  commit_oid: string | null;
  entry: Record<string, unknown>;
  detail: Record<string, unknown>;
  tlog_index: number | null;
}

/** A model's acts, newest first. */
export async function listModelActs(ctx: HubContext, repo: Repo, limit: number): Promise<ApiAct[]> {
  const rows = await ctx.db.query<Row>(
    `SELECT a.*, l.index AS tlog_index FROM record.acts a LEFT JOIN record.tlog_leaves l ON l.act_seq = a.seq
     WHERE a.repo_id = $1 ORDER BY a.seq DESC LIMIT $2`,
    [repo.id, limit],
  );
  return rows.map(toApiAct);
}

/**
 * What was done to a result, oldest first, and what it was changed into. Empty when there was no such result, or when its
 * model is private to others. Of a deleted model the acts stay public, if it was public when it was deleted.
 */
export async function listResultActs(
  ctx: HubContext,
  actor: Actor | null,
  resultId: string,
): Promise<ApiAct[]> {
  const rows = await ctx.db.query<Row>(
    `SELECT a.*, l.index AS tlog_index FROM record.acts a LEFT JOIN record.tlog_leaves l ON l.act_seq = a.seq
     WHERE a.repo_id = (SELECT repo_id FROM record.acts WHERE result_id = $1 LIMIT 1)
       AND (a.result_id = $1 OR a.detail ->> 'previous' = $1)
     ORDER BY a.seq`,
    [resultId],
  );
  const repoId = rows[0]?.repo_id;
  if (repoId === undefined || !(await mayReadActsOf(ctx, actor, repoId))) return [];
  return rows.map(toApiAct);
}

/** Also of a repo that was deleted: its acts stay as public as it was. */
export async function mayReadActsOf(ctx: HubContext, actor: Actor | null, repoId: string): Promise<boolean> {
  const repo = await findRepoById(ctx.db, repoId);
  if (repo) return (await accessOf(ctx, actor, repo)).read;
  const gone = await ctx.db.maybe<{ private: boolean }>('SELECT private FROM record.repos WHERE id = $1', [
    repoId,
  ]);
  return gone?.private === false || actor?.isAdmin === true;
}

function toApiAct(row: Row): ApiAct {
  return {
    id: String(row.seq),
    kind: row.kind,
    at: toWireDate(row.at),
    ...(row.actor_name && { actor: row.actor_name }),
    resultId: row.result_id,
    model: row.repo_name,
    dataset: row.dataset_id,
    taskId: row.task_id,
    filename: row.filename,
    ...(row.pull_request !== null && { pullRequest: row.pull_request }),
    ...(row.commit_oid && { commit: row.commit_oid }),
    entry: row.entry,
    detail: row.detail,
    ...(row.tlog_index !== null && { tlogIndex: row.tlog_index }),
  };
}
