import type { Sql } from '../db/sql.ts';
import { recountAll, recountModel } from './counts.ts';
import type { Schema } from './rows.ts';

/**
 * The ranking rule, in one statement: within an edition and a setup class, verified beats merged beats community, then the
 * newest stands, then the one found first in the repo. Of a model's setup classes, one that the benchmark ranks beats
 * others, what is verified or merged beats community, then the better value is `top`. Closed results take no part.
 */
function bestSelect(schema: Schema, where: string): string {
  return `
    WITH placed AS (
      SELECT r.*, coalesce(v.code = 'verified', false) AS verified,
        CASE WHEN d.lower THEN -r.value ELSE r.value END AS strength,
        CASE WHEN d.editioned THEN coalesce(n.edition, 'unknown') ELSE '' END AS edition,
        d.classes IS NULL OR d.classes ? r.setup_class AS allowed
      FROM ${schema}.results r
      LEFT JOIN ${schema}.verdicts v ON v.repo_id = r.repo_id AND v.scope = r.scope AND v.filename = r.filename
        AND v.position = r.position
      LEFT JOIN ${schema}.revisions n ON n.dataset_key = r.dataset_key AND n.task_id = r.task_id AND n.stated = r.revision
      LEFT JOIN LATERAL (${rulesSelect(schema)}) d ON true
      WHERE r.standing <> 'closed' AND ${where}
    ), ranked AS (
      SELECT *, row_number() OVER (
          PARTITION BY repo_id, dataset_key, task_id, edition, setup_class
          ORDER BY verified DESC, (standing = 'merged') DESC, dated_at DESC, scope, filename COLLATE "C", position
        ) AS nth
      FROM placed
    )
    SELECT dataset_key, task_id, edition, setup_class, repo_id, scope, filename, position, standing, verified, strength,
      dated_at, allowed,
      row_number() OVER (
        PARTITION BY repo_id, dataset_key, task_id, edition
        ORDER BY allowed DESC, (standing = 'merged' OR verified) DESC, strength DESC, dated_at DESC, setup_class COLLATE "C"
      ) = 1 AS top
    FROM ranked WHERE nth = 1`;
}

/** Holds for the repo (by alias) that a key, `ns/name` in lower case, names; written so that the index of names serves it. */
export function isNamedSql(alias: string, key: string): string {
  return `lower(${alias}.namespace) = split_part(${key}, '/', 1) AND lower(${alias}.name) = split_part(${key}, '/', 2)`;
}

/** What the benchmark's leaderboard.yaml says of `r`'s task; no row: it says nothing. */
function rulesSelect(schema: Schema): string {
  return `
    SELECT (task ->> 'lowerIsBetter')::boolean AS lower, task -> 'setupClasses' AS classes,
      jsonb_array_length(coalesce(task -> 'revisions', '[]')) > 0 AS editioned
    FROM record.repos p
    JOIN ${schema}.benchmarks b ON b.repo_id = p.id
    CROSS JOIN LATERAL jsonb_array_elements(b.leaderboard -> 'tasks') AS task
    WHERE p.type = 'dataset' AND p.deleted_at IS NULL
      AND ${isNamedSql('p', 'r.dataset_key')} AND task ->> 'id' = r.task_id
    LIMIT 1`;
}

/**
 * Recomputes a model's places on boards, and what it adds to their counts.
 * @param boards keys of datasets, `ns/name` in lower case; left out: all
 */
export async function refreshBestOfModel(
  sql: Sql,
  schema: Schema,
  repoId: string,
  boards?: string[],
): Promise<void> {
  const where = (alias: string) =>
    `${alias}.repo_id = $1${boards ? ` AND ${alias}.dataset_key = ANY ($2)` : ''}`;
  const params = boards ? [repoId, boards] : [repoId];
  const plan = (mode: 'force_generic_plan' | 'auto') => sql.query(`SET LOCAL plan_cache_mode = ${mode}`);
  await Promise.all([
    sql.query(`DELETE FROM ${schema}.best b WHERE ${where('b')}`, params),
    plan('force_generic_plan'), // planning takes twice as long as the few rows of one model
    sql.query(`INSERT INTO ${schema}.best ${bestSelect(schema, where('r'))}`, params, 'kept'),
    plan('auto'),
    recountModel(sql, schema, repoId),
  ]);
}

/** Recomputes all places on the boards of a dataset; needed when its directions changed. @param key `ns/name`, lower case */
export async function refreshBestOfDataset(sql: Sql, schema: Schema, key: string): Promise<void> {
  await sql.query(`DELETE FROM ${schema}.best WHERE dataset_key = $1`, [key]);
  await sql.query(`INSERT INTO ${schema}.best ${bestSelect(schema, 'r.dataset_key = $1')}`, [key]);
}

export async function refreshAllBest(sql: Sql, schema: Schema): Promise<void> {
  await sql.query(`DELETE FROM ${schema}.best`);
  await sql.query(`INSERT INTO ${schema}.best ${bestSelect(schema, 'true')}`);
  await recountAll(sql, schema);
}

/** Rows of the live table that the rule does not yield (`extra`), and rows it yields that are not there (`missing`). */
export async function findWrongBest(sql: Sql) {
  return sql.query<{ side: 'extra' | 'missing'; row: Record<string, unknown> }>(`
    WITH rule AS (${bestSelect('derived', 'true')})
    SELECT 'extra' AS side, to_jsonb(x) AS row FROM (SELECT * FROM derived.best EXCEPT SELECT * FROM rule) x
    UNION ALL
    SELECT 'missing', to_jsonb(x) FROM (SELECT * FROM rule EXCEPT SELECT * FROM derived.best) x`);
}
