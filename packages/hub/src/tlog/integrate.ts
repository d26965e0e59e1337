import { randomBytes } from 'node:crypto';
import type { Db, Tx } from '../db/sql.ts';
import { type ActRow, type KeptLeaf, type LeafDraft, toActDraft, toLeaf } from './leaf-draft.ts';
import { lockLog, type OnStep } from './lock.ts';
import { type GapWatch, takeSettled } from './settled.ts';

/** Rows that became leaves at once, at most: a few megabytes. */
const batchSize = 2_048;
/** Then publishing gets its turn, however fast acts come. */
const mostBatches = 8;

interface Source<R extends { seq: number }> {
  /** Column of `record.tlog_leaves` that names the row. */
  column: 'act_seq' | 'queue_id';
  /** Rows after `$1` by growing number, `$2` at most; the number is called `seq`. */
  sql: string;
  toDraft(row: R): LeafDraft;
}

/** Whether a repo is private is asked now, not when it happened: what is hidden since is not shown any more. */
const acts: Source<ActRow> = {
  column: 'act_seq',
  sql: `SELECT a.*, r.private IS DISTINCT FROM false AS sealed
        FROM record.acts a LEFT JOIN record.repos r ON r.id = a.repo_id
        WHERE a.seq > $1 ORDER BY a.seq LIMIT $2`,
  toDraft: toActDraft,
};

interface QueueRow extends LeafDraft {
  seq: number;
}

const queue: Source<QueueRow> = {
  column: 'queue_id',
  sql: `SELECT id AS seq, at, kind, facts, content, sealed
        FROM record.tlog_queue WHERE id > $1 ORDER BY id LIMIT $2`,
  toDraft: (row) => row,
};

/** Gives acts, and whatever else is queued, their places in the log. */
export interface Integrator {
  /** Integrates what is settled, as much as one checkpoint may add; answers how many leaves were added. Safe to call in several processes. */
  run(): Promise<number>;
}

/**
 * MUST give each row at most one place, in the order of its numbers, without leaving one out; MUST have the places
 * committed before anything is made from them. `takeSettled` says why a gap waits.
 */
export function createIntegrator(db: Db, onStep: OnStep): Integrator {
  const runActs = createSourceRun(db, acts, onStep);
  const runQueue = createSourceRun(db, queue, onStep);
  return { run: async () => (await runActs()) + (await runQueue()) };
}

function createSourceRun<R extends { seq: number }>(
  db: Db,
  source: Source<R>,
  onStep: OnStep,
): () => Promise<number> {
  let watch: GapWatch | null = null;
  const runBatch = async (tx: Tx) => {
    await lockLog(tx);
    const { oldest } = await tx.one<{ oldest: string }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest',
    );
    const { last, next } = await tx.one<{ last: number; next: number }>(
      `SELECT (SELECT coalesce(max(${source.column}), 0) FROM record.tlog_leaves) AS last,
              (SELECT coalesce(max(index) + 1, 0) FROM record.tlog_leaves) AS next`,
    );
    if (watch && watch.through <= last) watch = null; // another process went past it
    const rows = await tx.query<R>(source.sql, [last, batchSize]);
    const taken = takeSettled(rows, last, watch, BigInt(oldest));
    if (taken.length < rows.length) {
      const passed = watch !== null && (taken.at(-1)?.seq ?? last) >= watch.through;
      watch = watch && !passed ? watch : await watchGap(tx, rows.at(-1)!.seq);
    }
    onStep('integrate:places');
    if (taken.length > 0) await insertLeaves(tx, source, taken, next);
    onStep('integrate:inserted');
    return { added: taken.length, more: taken.length === batchSize };
  };
  return async () => {
    let total = 0;
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const { added, more } = await db.tx(runBatch);
      if (added > 0) onStep('integrate:committed');
      total += added;
      if (!more) break;
    }
    return total;
  };
}

async function watchGap(tx: Tx, through: number): Promise<GapWatch> {
  const { id } = await tx.one<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return { through, settledFrom: BigInt(id) };
}

async function insertLeaves<R extends { seq: number }>(
  tx: Tx,
  source: Source<R>,
  rows: R[],
  next: number,
): Promise<void> {
  const leaves: KeptLeaf[] = rows.map((row) => toLeaf(source.toDraft(row), randomBytes(32)));
  await tx.query(
    `INSERT INTO record.tlog_leaves (index, ${source.column}, bytes, hash, salt, content)
     SELECT $1 + l.place - 1, l.seq, l.bytes, l.hash, l.salt, l.content
     FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::text[])
       WITH ORDINALITY AS l (seq, bytes, hash, salt, content, place)`,
    [
      next,
      rows.map((row) => row.seq),
      leaves.map((leaf) => Buffer.from(leaf.bytes)),
      leaves.map((leaf) => Buffer.from(leaf.hash)),
      leaves.map((leaf) => Buffer.from(leaf.salt)),
      leaves.map((leaf) => leaf.content),
    ],
  );
}
