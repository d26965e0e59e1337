import type { Setup } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';

/** A result joined with what pages show beside it. */
export interface FoundResult {
  id: string;
  scope: number;
  /** `ns/name`, as it is called now. */
  model: string;
  modelAuthor: { name: string; fullname: string; kind: 'user' | 'org' };
  dataset: string;
  taskId: string;
  revision: string | null;
  value: number;
  valueText: string;
  standing: 'merged' | 'community' | 'closed';
  filename: string;
  commit: string;
  datedAt: Date;
  date: string | null;
  dateInferred: boolean;
  source: { url: string; name?: string; user?: string; org?: string } | null;
  notes: string | null;
  verifyToken: string | null;
  setup: Setup;
  setupClass: string;
  /** Who opened the pull request, else who made the commit. */
  author: string | null;
  evidenceDigest: string | null;
  /** Header of the log behind it, when that log was uploaded for this model and benchmark and the reader may see it. */
  evidenceResults: { results: unknown } | null;
}

export const resultColumns = `t.result_id AS id, t.scope, r.namespace || '/' || r.name AS model,
  jsonb_build_object('name', r.namespace, 'fullname', coalesce(nullif(o.fullname, ''), r.namespace), 'kind',
    coalesce(o.kind, 'user')) AS "modelAuthor",
  t.dataset_id AS dataset, t.task_id AS "taskId", t.revision, t.value, t.value_text AS "valueText", t.standing,
  t.filename, t.commit_oid AS commit, t.dated_at AS "datedAt", t.date, t.date_inferred AS "dateInferred", t.source,
  t.notes, t.verify_token AS "verifyToken", t.setup, t.setup_class AS "setupClass",
  coalesce(pa.name, t.author_name) AS author, ev.digest AS "evidenceDigest",
  CASE WHEN ev.digest IS NOT NULL
    THEN jsonb_build_object('results', ev.header #> '{log,results}') END
    AS "evidenceResults"`;

/**
 * What `resultColumns` needs around a result (alias `t`) and its model's repo (alias `r`). A log counts only when it was
 * uploaded for this model and this benchmark: an entry may name any digest.
 */
export function resultJoins(actor: Actor | null, actorParam: number): string {
  return `LEFT JOIN record.accounts o ON o.id = r.owner_id
    LEFT JOIN record.discussions p ON t.scope > 0 AND p.repo_id = t.repo_id AND p.num = t.scope
    LEFT JOIN record.accounts pa ON pa.id = p.author_id AND pa.deleted_at IS NULL
    LEFT JOIN LATERAL (
      SELECT e.digest, e.header FROM record.evidence e
      JOIN record.evidence_links l ON l.digest = e.digest AND l.model_repo_id = t.repo_id
      LEFT JOIN record.repos d ON d.id = l.dataset_repo_id
      WHERE e.digest = t.evidence_digest AND (l.dataset_repo_id IS NULL OR (d.deleted_at IS NULL
        AND lower(d.namespace) || '/' || lower(d.name) = t.dataset_key AND ${visibleReposSql(actor, actorParam, 'd')}))
      LIMIT 1
    ) ev ON true`;
}
