import type { Setup } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { isNamedSql } from '../index/best.ts';

/** What became of a result's token; the codes are `derived.verdicts`'s own. */
export interface Verdict {
  code:
    | 'verified'
    | 'unknown-token'
    | 'issuer-distrusted'
    | 'key-revoked'
    | 'other-model'
    | 'other-dataset'
    | 'other-task'
    | 'other-revision'
    | 'other-value'
    | 'other-setup'
    | 'level-too-low'
    | 'not-covered';
  /** Digest of the statement that the token names, when it is known here. */
  statement: string | null;
  /** Who issued the token, by name, and how far that issuer is believed. */
  issuer: string | null;
  level: string | null;
  /** Why the key was revoked. */
  revocationReason: string | null;
}

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
  /** The commit of the benchmark that `revision` names; null: it names none that is here. */
  revisionCommit: string | null;
  /** Of the benchmark it names; `dataset`: that is no benchmark; `absent`: it is not here, or the reader may not see it. */
  benchmark: 'official' | 'candidate' | 'declined' | 'retired' | 'dataset' | 'absent';
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
  /** As its file writes it. */
  entry: Record<string, unknown>;
  verifyToken: string | null;
  /** What became of the token; null when there is none. */
  verdict: Verdict | null;
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
  t.dataset_id AS dataset, t.task_id AS "taskId", t.revision, nr.commit_oid AS "revisionCommit",
  coalesce(bm.standing, 'absent') AS benchmark, t.value, t.value_text AS "valueText", t.standing,
  t.filename, t.commit_oid AS commit, t.dated_at AS "datedAt", t.date, t.date_inferred AS "dateInferred", t.source,
  t.notes, t.entry, t.verify_token AS "verifyToken", t.setup, t.setup_class AS "setupClass",
  CASE WHEN v.code IS NOT NULL THEN jsonb_build_object('code', v.code, 'statement', v.statement, 'issuer', v.issuer,
    'level', v.level, 'revocationReason', v.revocation_reason) END AS verdict,
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
    LEFT JOIN derived.verdicts v ON v.repo_id = t.repo_id AND v.scope = t.scope AND v.filename = t.filename
      AND v.position = t.position
    LEFT JOIN LATERAL (
      SELECT n.commit_oid FROM derived.revisions n JOIN record.repos h ON h.type = 'dataset' AND h.deleted_at IS NULL
        AND ${isNamedSql('h', 't.dataset_key')} AND ${visibleReposSql(actor, actorParam, 'h')}
      WHERE n.dataset_key = t.dataset_key AND n.task_id = t.task_id AND n.stated = t.revision
    ) nr ON true
    LEFT JOIN LATERAL (
      SELECT CASE WHEN g.repo_id IS NULL THEN 'dataset' ELSE coalesce(gs.standing, 'candidate') END AS standing
      FROM record.repos h LEFT JOIN derived.benchmarks g ON g.repo_id = h.id
      LEFT JOIN record.benchmark_standings gs ON gs.repo_id = h.id
      WHERE h.type = 'dataset' AND h.deleted_at IS NULL AND ${isNamedSql('h', 't.dataset_key')}
        AND ${visibleReposSql(actor, actorParam, 'h')}
    ) bm ON true
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
