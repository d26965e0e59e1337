import { toWireDate } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { ActKind } from '../index/act-diff.ts';
import { readableActsSql } from '../index/published-acts.ts';
import type { Repo } from '../repos/repo.ts';

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
 * model never was public to this reader. What was public once stays so, though the repo is private now, or deleted.
 */
export async function listResultActs(
  ctx: HubContext,
  actor: Actor | null,
  resultId: string,
): Promise<ApiAct[]> {
  const acts = await listActsOfResults(ctx, actor, [resultId]);
  return acts.get(resultId) ?? [];
}

/** The same for several results at once, by their ids. */
export async function listActsOfResults(
  ctx: HubContext,
  actor: Actor | null,
  ids: string[],
): Promise<Map<string, ApiAct[]>> {
  const rows = await ctx.db.query<Row & { of: string }>(
    `SELECT w.id AS of, a.*, l.index AS tlog_index
     FROM unnest($1::text[]) AS w (id)
     JOIN LATERAL (
       SELECT x.* FROM record.acts x WHERE x.result_id = w.id
       UNION ALL
       SELECT y.* FROM record.acts y WHERE y.detail ->> 'previous' = w.id AND y.detail ? 'previous'
     ) a ON true
     JOIN record.repos r ON r.id = a.repo_id
     LEFT JOIN record.tlog_leaves l ON l.act_seq = a.seq
     WHERE ${readableActsSql(actor, 2)}
     ORDER BY a.seq`,
    [ids, actor?.id ?? null],
  );
  const acts = new Map<string, ApiAct[]>();
  for (const row of rows) {
    // Another repo may say that it changed this result: what it says is not about it.
    if (
      row.result_id !== row.of &&
      !rows.some((own) => own.result_id === row.of && own.repo_id === row.repo_id)
    )
      continue;
    acts.set(row.of, [...(acts.get(row.of) ?? []), toApiAct(row)]);
  }
  return acts;
}

/** Whether the reader may read an act of a repo: by its number, as some may have been public once. */
export async function mayReadAct(ctx: HubContext, actor: Actor | null, seq: number): Promise<boolean> {
  const found = await ctx.db.maybe(
    `SELECT 1 FROM record.acts a JOIN record.repos r ON r.id = a.repo_id
     WHERE a.seq = $1 AND ${readableActsSql(actor, 2)}`,
    [seq, actor?.id ?? null],
  );
  return found !== null;
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
