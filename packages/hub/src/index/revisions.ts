import { isCommitPrefix } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { isNamedSql } from './best.ts';
import type { BenchmarkRow } from './facts.ts';
import type { Schema } from './rows.ts';

/** Edition of commits before the first one that begins an edition, and of results whose commit is not known. */
export const firstEdition = 'first';
export const unknownEdition = 'unknown';

/** A benchmark whose results are bound to its commits. */
export interface BoundBenchmark {
  repoId: string;
  /** `ns/name`, lower case. */
  key: string;
  benchmark: Pick<BenchmarkRow, 'commit_oid' | 'leaderboard' | 'tasks'> | null;
}

/** A revision that results of a task state. */
export interface Stated {
  task_id: string;
  stated: string;
}

/**
 * While a benchmark's rules change, no model's places on its boards are computed, and the other way round: each would
 * miss what the other has not committed. Models share the lock. Ends with the transaction.
 */
export async function lockBoards(tx: Sql, keys: string[], how: 'shared' | 'alone'): Promise<void> {
  const lock = how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  const one = (key: string) => tx.query(`SELECT ${lock}(hashtextextended($1, 0))`, [`assay:boards:${key}`]);
  await Promise.all([...new Set(keys)].sort().map(one));
}

/** Finds anew what all stated revisions of a benchmark mean: its history or its editions have changed. */
export async function refreshRevisions(
  ctx: Pick<HubContext, 'git'>,
  sql: Sql,
  schema: Schema,
  bound: BoundBenchmark,
): Promise<void> {
  const { key, benchmark } = bound;
  await sql.query(`DELETE FROM ${schema}.revisions WHERE dataset_key = $1`, [key]);
  if (!benchmark) return;
  const stated = await sql.query<Stated>(
    `SELECT DISTINCT task_id, revision AS stated FROM ${schema}.results WHERE dataset_key = $1 AND revision IS NOT NULL`,
    [key],
  );
  await insertRevisions(
    sql,
    schema,
    await bindBenchmark(ctx.git.reader(bound.repoId), { key, benchmark, stated }),
  );
}

type Rules = NonNullable<BoundBenchmark['benchmark']>;

/** Which stated revisions of a benchmark are to be understood. */
interface Question {
  /** `ns/name`, lower case. */
  key: string;
  benchmark: Rules;
  stated: Stated[];
}

/** What stated revisions of a benchmark mean, and the head of its main branch. */
export function bindBenchmark(git: GitReader, { key, benchmark, stated }: Question): Promise<Bound[]> {
  const heads = benchmark.tasks.map((task) => ({ task_id: task.id ?? '', stated: benchmark.commit_oid }));
  return bind(git, { key, benchmark, stated: [...stated, ...heads] });
}

/** Finds what the revisions mean that a model's results state and no result did before. */
export async function noteRevisions(
  ctx: Pick<HubContext, 'git'>,
  sql: Sql,
  schema: Schema,
  modelId: string,
): Promise<void> {
  const rows = await sql.query<Stated & { key: string; repoId: string } & Rules>(
    `SELECT DISTINCT r.dataset_key AS key, r.task_id, r.revision AS stated, p.id AS "repoId", b.commit_oid,
       b.leaderboard, b.tasks
     FROM ${schema}.results r
     JOIN record.repos p ON p.type = 'dataset' AND p.deleted_at IS NULL
       AND ${isNamedSql('p', 'r.dataset_key')}
     JOIN ${schema}.benchmarks b ON b.repo_id = p.id
     LEFT JOIN ${schema}.revisions n ON n.dataset_key = r.dataset_key AND n.task_id = r.task_id AND n.stated = r.revision
     WHERE r.repo_id = $1 AND r.revision IS NOT NULL AND n.stated IS NULL`,
    [modelId],
    'kept',
  );
  for (const row of rows) {
    const git = ctx.git.reader(row.repoId);
    await insertRevisions(sql, schema, await bind(git, { key: row.key, benchmark: row, stated: [row] }));
  }
}

/** A row of `derived.revisions`. */
export interface Bound extends Stated {
  dataset_key: string;
  commit_oid: string | null;
  edition: string;
}

async function bind(git: GitReader, { key, benchmark, stated }: Question): Promise<Bound[]> {
  const commits = new Map<string, string | null>();
  const below = new Map<string, boolean>();
  const bound: Bound[] = [];
  for (const { task_id, stated: text } of stated) {
    if (!commits.has(text)) commits.set(text, isCommitPrefix(text) ? await git.resolve(text) : null);
    const commit = commits.get(text) ?? null;
    const starts = benchmark.leaderboard?.tasks.find((task) => task.id === task_id)?.revisions ?? [];
    let edition = starts.length === 0 ? '' : commit === null ? unknownEdition : firstEdition;
    for (const { since } of commit === null ? [] : starts) {
      const pair = `${since} ${commit}`;
      if (!below.has(pair)) below.set(pair, (await git.mergeBase(since, commit!)) === since);
      if (below.get(pair)) edition = since;
    }
    bound.push({ dataset_key: key, task_id, stated: text, commit_oid: commit, edition });
  }
  return bound;
}

export async function insertRevisions(sql: Sql, schema: Schema, rows: Bound[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `INSERT INTO ${schema}.revisions SELECT * FROM jsonb_populate_recordset(null::${schema}.revisions, $1::jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}
