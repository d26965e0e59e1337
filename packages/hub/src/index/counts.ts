import type { Db, Sql } from '../db/sql.ts';
import type { Schema } from './rows.ts';

/** Key of the row that counts over all datasets. */
export const allDatasets = '';

/** Rows above which the changes of a count are added up. */
const maxChanges = 500;

/** What each public model adds to the counts: its results that are not closed, by dataset. */
function tallySelect(schema: Schema, where: string): string {
  return `
    SELECT n.repo_id, jsonb_object_agg(n.dataset_key, n.results) AS counts
    FROM (SELECT repo_id, dataset_key, count(*)::int AS results FROM ${schema}.results
      WHERE standing <> 'closed' AND ${where} GROUP BY repo_id, dataset_key) n
    JOIN record.repos p ON p.id = n.repo_id AND p.deleted_at IS NULL AND NOT p.private
    GROUP BY n.repo_id`;
}

type Tally = Record<string, number>;

/**
 * Brings the counts of boards in line with a model's results, after these or its visibility changed. Runs in the same
 * transaction. Only adds rows: two models on one board never wait for each other.
 */
export async function recountModel(sql: Sql, schema: Schema, repoId: string): Promise<void> {
  const { was, now } = await sql.one<{ was: Tally | null; now: Tally | null }>(
    `SELECT (SELECT counts FROM ${schema}.tallies WHERE repo_id = $1) AS was,
       (SELECT counts FROM (${tallySelect(schema, 'repo_id = $1')}) t) AS now`,
    [repoId],
    'kept',
  );
  const changes = toChanges(was ?? {}, now ?? {});
  if (changes.length === 0) return;
  await sql.query(
    `WITH kept AS (INSERT INTO ${schema}.tallies (repo_id, counts) VALUES ($1, $2)
       ON CONFLICT (repo_id) DO UPDATE SET counts = excluded.counts)
     INSERT INTO ${schema}.counts (dataset_key, models, results)
     SELECT * FROM unnest($3::text[], $4::int[], $5::int[])`,
    [
      repoId,
      JSON.stringify(now ?? {}),
      changes.map(({ key }) => key),
      changes.map(({ models }) => models),
      changes.map(({ results }) => results),
    ],
  );
}

/** What a model's new tally changes, by dataset and over all. Pure. */
function toChanges(was: Tally, now: Tally) {
  const total = (tally: Tally) => Object.values(tally).reduce((sum, results) => sum + results, 0);
  const withAll = (tally: Tally): Tally =>
    Object.keys(tally).length === 0 ? {} : { ...tally, [allDatasets]: total(tally) };
  const [before, after] = [withAll(was), withAll(now)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((key) => ({
      key,
      models: Number(key in after) - Number(key in before),
      results: (after[key] ?? 0) - (before[key] ?? 0),
    }))
    .filter(({ models, results }) => models !== 0 || results !== 0);
}

/** Counts everything from nothing. */
export async function recountAll(sql: Sql, schema: Schema): Promise<void> {
  await sql.query(`DELETE FROM ${schema}.tallies`);
  await sql.query(`DELETE FROM ${schema}.counts`);
  await sql.query(`INSERT INTO ${schema}.tallies (repo_id, counts) ${tallySelect(schema, 'true')}`);
  await sql.query(
    `INSERT INTO ${schema}.counts (dataset_key, models, results) ${trueCounts(`${schema}.tallies`)}`,
  );
}

function trueCounts(tallies: string): string {
  return `
    SELECT coalesce(e.key, '${allDatasets}') AS dataset_key, count(DISTINCT t.repo_id)::int AS models,
      sum(e.value::int)::int AS results
    FROM ${tallies} t CROSS JOIN LATERAL jsonb_each_text(t.counts) e
    GROUP BY GROUPING SETS ((e.key), ())
    HAVING count(*) > 0`;
}

/** Adds up the changes that have gathered. Readers see them or their sum, never neither. */
export async function addUpCounts(db: Db): Promise<void> {
  const { rows } = await db.one<{ rows: number }>('SELECT count(*)::int AS rows FROM derived.counts');
  const { keys } = await db.one<{ keys: number }>(
    'SELECT count(DISTINCT dataset_key)::int AS keys FROM derived.counts',
  );
  if (rows - keys < maxChanges) return;
  await db.tx(async (tx) => {
    await tx.query('LOCK TABLE derived.versions IN ROW EXCLUSIVE MODE'); // waits for a rebuild's swap
    await tx.query(
      `WITH gone AS (DELETE FROM derived.counts RETURNING *)
       INSERT INTO derived.counts (dataset_key, models, results)
       SELECT dataset_key, sum(models), sum(results) FROM gone GROUP BY dataset_key HAVING sum(models) <> 0`,
    );
  });
}

/** Counts that are not what the results amount to. */
export async function findWrongCounts(sql: Sql): Promise<{ key: string }[]> {
  return sql.query(
    `WITH kept AS (SELECT dataset_key, sum(models)::int AS models, sum(results)::int AS results FROM derived.counts
       GROUP BY dataset_key HAVING sum(models) <> 0 OR sum(results) <> 0),
     tallies AS (${tallySelect('derived', 'true')}), rule AS (${trueCounts('tallies')})
     SELECT coalesce(k.dataset_key, r.dataset_key) AS key
     FROM kept k FULL JOIN rule r ON r.dataset_key = k.dataset_key
     WHERE (k.models, k.results) IS DISTINCT FROM (r.models, r.results)`,
  );
}
