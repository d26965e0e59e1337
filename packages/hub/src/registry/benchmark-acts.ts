import { toWireDate } from '@assay/spec';
import type { Sql, Tx } from '../db/sql.ts';
import type { Repo } from '../repos/repo.ts';
import { queueLeaf } from '../tlog/queue.ts';

type BenchmarkActKind =
  | 'applied'
  | 'official'
  | 'declined'
  | 'retired'
  | 'candidate'
  | 'erratum'
  | 'erratum-withdrawn';

export interface NewBenchmarkAct {
  kind: BenchmarkActKind;
  repo: Pick<Repo, 'id' | 'fullName' | 'private'>;
  /** Null: unknown, which only healing a crash may say. */
  actor: { id: string | null; name: string | null };
  /** Main's head when it was done. */
  commit: string | null;
  /** Number of the application it belongs to. */
  discussion?: number;
  /** What people wrote with it: committed to by the leaf, not shown in it. */
  detail: Record<string, unknown>;
}

/** Appends an act on a benchmark to the record, and queues its leaf; answers its number. */
export async function writeBenchmarkAct(tx: Tx, act: NewBenchmarkAct): Promise<number> {
  const { repo, actor, discussion = null } = act;
  const leaf = await queueLeaf(tx, {
    kind: 'benchmark-act',
    facts: {
      act: act.kind,
      benchmarkId: repo.id,
      ...(act.commit && { commit: act.commit }),
      ...(discussion !== null && { discussion }),
    },
    content: { benchmark: repo.fullName, actor: actor.name, detail: act.detail },
    sealed: repo.private,
  });
  const { seq } = await tx.one<{ seq: number }>(
    `INSERT INTO record.benchmark_acts (kind, actor_id, actor_name, repo_id, repo_name, commit_oid, discussion_num,
       detail, queue_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING seq`,
    [
      act.kind,
      actor.id,
      actor.name,
      repo.id,
      repo.fullName,
      act.commit,
      discussion,
      JSON.stringify(act.detail),
      leaf,
    ],
  );
  return seq;
}

/** An act on a benchmark as Assay's own API tells it. */
export interface ApiBenchmarkAct {
  id: string;
  kind: BenchmarkActKind;
  at: string;
  actor?: string;
  benchmark: string;
  commit?: string;
  discussion?: number;
  detail: Record<string, unknown>;
  /** Its leaf in the transparency log, once it has one. */
  tlogIndex?: number;
}

interface Row {
  seq: number;
  kind: BenchmarkActKind;
  at: Date;
  actor_name: string | null;
  repo_name: string;
  commit_oid: string | null;
  discussion_num: number | null;
  detail: Record<string, unknown>;
  tlog_index: number | null;
}

/** The newest acts on a benchmark, newest first. */
export async function listBenchmarkActs(sql: Sql, repoId: string, limit = 200): Promise<ApiBenchmarkAct[]> {
  const rows = await sql.query<Row>(
    `SELECT a.*, l.index AS tlog_index FROM record.benchmark_acts a
     LEFT JOIN record.tlog_leaves l ON l.queue_id = a.queue_id
     WHERE a.repo_id = $1 ORDER BY a.seq DESC LIMIT $2`,
    [repoId, limit],
  );
  return rows.map((row) => ({
    id: String(row.seq),
    kind: row.kind,
    at: toWireDate(row.at),
    ...(row.actor_name && { actor: row.actor_name }),
    benchmark: row.repo_name,
    ...(row.commit_oid && { commit: row.commit_oid }),
    ...(row.discussion_num !== null && { discussion: row.discussion_num }),
    detail: row.detail,
    ...(row.tlog_index !== null && { tlogIndex: row.tlog_index }),
  }));
}
