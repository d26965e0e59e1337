import type { ClosingReason } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import type { ActDraft, Stand } from './act-diff.ts';
import { type PastAct, type PlacingAct, toPlaces, toStands } from './act-replay.ts';
import type { ResultPlace } from './result-place.ts';
import type { ResultRow } from './result-row.ts';

/** Who caused a change of refs or of a pull request's status. */
export interface Cause {
  /** Null: unknown, which only healing a crash may say. */
  actorId: string | null;
  actorName: string | null;
  via: 'git' | 'commit' | 'merge' | 'create' | 'redact' | 'mirror' | 'heal' | 'status';
  /** Why, in the actor's words: a close may say. */
  reason?: string;
  /** Of a close: which of the stated reasons it was. */
  closing?: ClosingReason;
  /** Found after a crash and written later than it happened. */
  healed?: boolean;
}

export function toStand(row: ResultRow): Stand {
  return {
    resultId: row.result_id,
    scope: row.scope,
    closed: row.standing === 'closed',
    filename: row.filename,
    position: row.position,
    datasetId: row.dataset_id,
    taskId: row.task_id,
    setupClass: row.setup_class,
    commitOid: row.commit_oid,
    entry: row.entry,
  };
}

/** Appends acts to the record, in this order. */
export async function writeActs(
  sql: Sql,
  model: { id: string; fullName: string },
  acts: ActDraft[],
  cause: Cause,
): Promise<void> {
  if (acts.length === 0) return;
  const rows = acts.map(({ kind, pullRequest, stand, detail }, order) => ({
    order,
    kind,
    result_id: stand.resultId,
    pull_request: pullRequest,
    filename: stand.filename,
    dataset_id: stand.datasetId,
    task_id: stand.taskId,
    commit_oid: stand.commitOid,
    entry: stand.entry,
    detail: { ...detailOf(cause), ...detail },
  }));
  await sql.query(
    `INSERT INTO record.acts (kind, actor_id, actor_name, repo_id, repo_name, result_id, pull_request, filename,
       dataset_id, task_id, commit_oid, entry, detail)
     SELECT kind, $2, $3, $4, $5, result_id, pull_request, filename, dataset_id, task_id, commit_oid, entry, detail
     FROM jsonb_to_recordset($1::jsonb) AS a ("order" int, kind text, result_id text, pull_request int, filename text,
       dataset_id text, task_id text, commit_oid text, entry jsonb, detail jsonb)
     ORDER BY "order"`,
    [JSON.stringify(rows), cause.actorId, cause.actorName, model.id, model.fullName],
  );
}

function detailOf({ via, reason, closing, healed }: Cause): Record<string, unknown> {
  return {
    via,
    ...(reason ? { reason } : {}),
    ...(closing ? { closing } : {}),
    ...(healed ? { healed } : {}),
  };
}

/** What stands where on a model, by the record's own account. */
export async function loadRecordedStands(sql: Sql, repoId: string): Promise<Stand[]> {
  const acts = await sql.query<PastAct>(
    `SELECT kind, result_id AS "resultId", pull_request AS "pullRequest", filename, dataset_id AS "datasetId",
       task_id AS "taskId", commit_oid AS "commitOid", entry, detail -> 'previous' AS previous
     FROM record.acts WHERE repo_id = $1 ORDER BY seq`,
    [repoId],
  );
  return toStands(acts);
}

/** Which results stand where on some models, by the record's own account: without what they say. */
export async function loadRecordedPlaces(sql: Sql, repoIds: string[]): Promise<Map<string, ResultPlace[]>> {
  const acts = await sql.query<PlacingAct & { repoId: string }>(
    `SELECT repo_id AS "repoId", kind, result_id AS "resultId", pull_request AS "pullRequest",
       detail -> 'previous' AS previous
     FROM record.acts WHERE repo_id = ANY($1) ORDER BY seq`,
    [repoIds],
  );
  const places = new Map<string, ResultPlace[]>();
  for (const [id, ofRepo] of Map.groupBy(acts, ({ repoId }) => repoId)) {
    const found = toPlaces(ofRepo).map(({ act, scope, closed }) => ({
      resultId: act.resultId,
      scope,
      closed,
    }));
    places.set(id, found);
  }
  return places;
}
