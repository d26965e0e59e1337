import type { Sql } from '../db/sql.ts';
import type { BenchmarkRow, CardRow, InvalidRow, RefRow, RepoFacts } from './facts.ts';
import type { ResultRow } from './result-row.ts';

/** Where rows go: the live schema, or the one a rebuild fills beside it. */
export type Schema = 'derived' | 'derived_next';

/** What a repo has rows of its own in. */
export const tables = ['refs', 'repo_cards', 'benchmarks', 'results', 'invalid_files'] as const;
type Table = (typeof tables)[number];

/**
 * Says that this transaction changes the index of a repo; MUST be its first statement on `derived`. It waits for
 * a rebuild's swap, and holds the swap off until commit.
 */
export async function raiseVersion(sql: Sql, repoId: string): Promise<void> {
  await sql.query(
    `INSERT INTO derived.versions AS v (repo_id, version) VALUES ($1, 1)
     ON CONFLICT (repo_id) DO UPDATE SET version = v.version + 1`,
    [repoId],
  );
}

/** Says that the index knows a repo, even one without a ref. */
export async function noteSeen(sql: Sql, repoId: string): Promise<void> {
  await sql.query(
    'INSERT INTO derived.versions (repo_id, version) VALUES ($1, 0) ON CONFLICT (repo_id) DO NOTHING',
    [repoId],
  );
}

export async function loadFacts(sql: Sql, repoId: string): Promise<RepoFacts> {
  const load = <R>(table: Table) => loadRows<R>(sql, table, 'repo_id = $1', [repoId]);
  const [refs, cards, benchmarks, results, invalid] = [
    await load<RefRow>('refs'),
    await load<CardRow>('repo_cards'),
    await load<BenchmarkRow>('benchmarks'),
    await load<ResultRow>('results'),
    await load<InvalidRow>('invalid_files'),
  ];
  return { refs, card: cards[0] ?? null, benchmark: benchmarks[0] ?? null, results, invalid };
}

export async function loadScopes(sql: Sql, repoId: string, scopes: number[]) {
  const params = [repoId, scopes];
  const where = 'repo_id = $1 AND scope = ANY($2)';
  const [results, invalid] = await Promise.all([
    loadRows<ResultRow>(sql, 'results', where, params),
    loadRows<InvalidRow>(sql, 'invalid_files', where, params),
  ]);
  return { results, invalid };
}

async function loadRows<R>(sql: Sql, table: Table, where: string, params: unknown[]): Promise<R[]> {
  const rows = await sql.query<{ row: R }>(
    `SELECT to_jsonb(t) AS row FROM derived.${table} t WHERE ${where}`,
    params,
  );
  return rows.map(({ row }) => withIsoTimes(row));
}

const timeColumns = ['dated_at', 'last_modified'] as const;

/** PostgreSQL prints times in the session's zone; rows are compared as text, so they get one form. */
function withIsoTimes<R>(row: R): R {
  const record = row as Record<string, unknown>;
  for (const column of timeColumns) {
    if (typeof record[column] === 'string') record[column] = new Date(record[column]).toISOString();
  }
  return row;
}

/** Replaces all rows of a repo. */
export async function replaceFacts(
  sql: Sql,
  schema: Schema,
  repoId: string,
  facts: RepoFacts,
): Promise<void> {
  for (const table of tables) await sql.query(`DELETE FROM ${schema}.${table} WHERE repo_id = $1`, [repoId]);
  await insertFacts(sql, schema, [facts]);
}

/** Adds the rows of repos that a schema has none of yet. */
export async function insertFacts(sql: Sql, schema: Schema, facts: RepoFacts[]): Promise<void> {
  const insert = (table: Table, of: (one: RepoFacts) => object[] | object | null) =>
    insertRows(
      sql,
      schema,
      table,
      facts.flatMap((one) => of(one) ?? []),
    );
  await Promise.all([
    insert('refs', (one) => one.refs),
    insert('repo_cards', (one) => one.card),
    insert('benchmarks', (one) => one.benchmark),
    insert('results', (one) => one.results),
    insert('invalid_files', (one) => one.invalid),
  ]);
}

interface FileRows {
  results: ResultRow[];
  invalid: InvalidRow[];
}

/**
 * Leaves of the rows in `before` those that `after` holds too, as the same objects, and brings in what else it holds.
 * @returns the results that went or came
 */
export async function changeRows(
  sql: Sql,
  repoId: string,
  before: FileRows,
  after: FileRows,
): Promise<ResultRow[]> {
  const results = differ(before.results, after.results);
  const invalid = differ(before.invalid, after.invalid);
  await Promise.all([
    deleteFileRows(sql, 'results', repoId, results.gone),
    deleteFileRows(sql, 'invalid_files', repoId, invalid.gone),
    insertRows(sql, 'derived', 'results', results.come),
    insertRows(sql, 'derived', 'invalid_files', invalid.come),
  ]);
  return [...results.gone, ...results.come];
}

function differ<R>(before: R[], after: R[]): { gone: R[]; come: R[] } {
  const [was, is] = [new Set(before), new Set(after)];
  return { gone: before.filter((row) => !is.has(row)), come: after.filter((row) => !was.has(row)) };
}

async function deleteFileRows(
  sql: Sql,
  table: 'results' | 'invalid_files',
  repoId: string,
  rows: { scope: number; filename: string; position?: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  const position = table === 'results' ? 't.position' : '0';
  await sql.query(
    `DELETE FROM derived.${table} t USING unnest($2::int[], $3::text[], $4::int[]) AS g (scope, filename, position)
     WHERE t.repo_id = $1 AND t.scope = g.scope AND t.filename = g.filename AND ${position} = g.position`,
    [
      repoId,
      rows.map((row) => row.scope),
      rows.map((row) => row.filename),
      rows.map((row) => row.position ?? 0),
    ],
  );
}

/** Replaces the rows of some places of a repo. */
export async function replaceScopes(
  sql: Sql,
  repoId: string,
  scopes: number[],
  rows: { results: ResultRow[]; invalid: InvalidRow[] },
): Promise<void> {
  const clear = (table: Table) =>
    sql.query(`DELETE FROM derived.${table} WHERE repo_id = $1 AND scope = ANY($2)`, [repoId, scopes]);
  await Promise.all([
    clear('results'),
    clear('invalid_files'),
    insertRows(sql, 'derived', 'results', rows.results),
    insertRows(sql, 'derived', 'invalid_files', rows.invalid),
  ]);
}

export async function replaceCard(sql: Sql, repoId: string, card: CardRow | null): Promise<void> {
  await Promise.all([
    sql.query('DELETE FROM derived.repo_cards WHERE repo_id = $1', [repoId]),
    insertRows(sql, 'derived', 'repo_cards', card ? [card] : []),
  ]);
}

export async function replaceBenchmark(sql: Sql, repoId: string, row: BenchmarkRow | null): Promise<void> {
  await Promise.all([
    sql.query('DELETE FROM derived.benchmarks WHERE repo_id = $1', [repoId]),
    insertRows(sql, 'derived', 'benchmarks', row ? [row] : []),
  ]);
}

export async function loadBenchmark(sql: Sql, repoId: string): Promise<BenchmarkRow | null> {
  return (await loadRows<BenchmarkRow>(sql, 'benchmarks', 'repo_id = $1', [repoId]))[0] ?? null;
}

export async function loadRefs(sql: Sql, repoId: string): Promise<RefRow[]> {
  return loadRows<RefRow>(sql, 'refs', 'repo_id = $1', [repoId]);
}

/** Notes where pull requests left main; refs that are not there are left out. */
export async function setBases(sql: Sql, repoId: string, bases: Map<string, string | null>): Promise<void> {
  if (bases.size === 0) return;
  await sql.query(
    `UPDATE derived.refs r SET base_oid = b.base FROM unnest($2::text[], $3::text[]) AS b (ref, base)
     WHERE r.repo_id = $1 AND r.ref = b.ref AND r.base_oid IS DISTINCT FROM b.base`,
    [repoId, [...bases.keys()], [...bases.values()]],
  );
}

export async function replaceRefs(sql: Sql, repoId: string, gone: string[], refs: RefRow[]): Promise<void> {
  const names = [...gone, ...refs.map((row) => row.ref)];
  await Promise.all([
    sql.query('DELETE FROM derived.refs WHERE repo_id = $1 AND ref = ANY($2)', [repoId, names]),
    insertRows(sql, 'derived', 'refs', refs),
  ]);
}

async function insertRows(sql: Sql, schema: Schema, table: Table, rows: object[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `INSERT INTO ${schema}.${table} SELECT * FROM jsonb_populate_recordset(null::${schema}.${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}
