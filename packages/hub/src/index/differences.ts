import { canonicalJson } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { loadRecordedPlaces } from './acts.ts';
import { findWrongBest } from './best.ts';
import { findWrongCounts } from './counts.ts';
import type { RepoFacts } from './facts.ts';
import { unlessUnreadable } from './keep-known.ts';
import { loadPullStatuses } from './pulls.ts';
import { readRepo } from './read-repo.ts';
import { listRepos } from './rebuild.ts';
import { placeKey, toPlaces } from './result-place.ts';
import { loadFacts } from './rows.ts';

/** One row in which the index and a rebuild disagree. */
export interface Difference {
  /** `ns/name`; empty for what belongs to no repo that exists. */
  repo: string;
  table: 'refs' | 'repo_cards' | 'benchmarks' | 'results' | 'invalid_files' | 'best' | 'counts' | 'acts';
  /**
   * `missing`: a rebuild would add it; `extra`: would remove it; `changed`: would rewrite it; `unreadable`: git cannot
   * say, and a rebuild would leave it as it is.
   */
  kind: 'missing' | 'extra' | 'changed' | 'unreadable';
  /** Which row, in words. */
  row: string;
  /** Columns that differ, of a changed row. */
  columns?: string[];
}

/** One line for a terminal. */
export function formatDifference(difference: Difference): string {
  const { repo, table, kind, row, columns } = difference;
  const what = columns ? ` (${columns.join(', ')})` : '';
  return `${repo || '-'} ${table}: ${kind} ${row}${what}`;
}

/** Compares repo by repo, each under its lock; changes nothing. */
export async function findDifferences(ctx: HubContext): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const { id } of await listRepos(ctx)) {
    await ctx.db.tx(async (tx) => {
      await tx.lockRepo(id);
      const repo = await findRepoById(tx, id);
      if (!repo) return;
      const different = await unlessUnreadable(ctx, id, () => compareRepo(ctx, tx, repo));
      found.push(...(different ?? [unreadable(repo)]));
    });
  }
  found.push(...(await findOrphans(ctx)));
  for (const { side, row } of await findWrongBest(ctx.db)) {
    found.push({ repo: '', table: 'best', kind: side, row: JSON.stringify(row) });
  }
  for (const { key } of await findWrongCounts(ctx.db)) {
    found.push({ repo: '', table: 'counts', kind: 'changed', row: `of ${key || 'all datasets'}` });
  }
  return found;
}

const unreadable = ({ fullName }: Repo): Difference => ({
  repo: fullName,
  table: 'refs',
  kind: 'unreadable',
  row: 'in git: see to the disk, or restore the repo from a backup',
});

async function compareRepo(ctx: HubContext, tx: Tx, repo: Repo): Promise<Difference[]> {
  const git = ctx.git.reader(repo.id);
  const wanted = await readRepo(git, repo, await git.refs(), await loadPullStatuses(tx, repo.id));
  const there = await loadFacts(tx, repo.id);
  const acts = compareRows('acts', placeKey, {
    wanted: toPlaces(wanted),
    there: (await loadRecordedPlaces(tx, [repo.id])).get(repo.id) ?? [],
  });
  return [...compareFacts(wanted, there), ...acts].map((difference) => ({
    ...difference,
    repo: repo.fullName,
  }));
}

type Found = Omit<Difference, 'repo'>;

function compareFacts(wanted: RepoFacts, there: RepoFacts): Found[] {
  const one = <R>(row: R | null) => (row ? [row] : []);
  return [
    ...compareRows('refs', (row) => row.ref, { wanted: wanted.refs, there: there.refs }),
    ...compareRows('repo_cards', () => 'card', { wanted: one(wanted.card), there: one(there.card) }),
    ...compareRows('benchmarks', () => 'benchmark', {
      wanted: one(wanted.benchmark),
      there: one(there.benchmark),
    }),
    ...compareRows('results', (row) => `${row.filename}[${row.position}] in scope ${row.scope}`, {
      wanted: wanted.results,
      there: there.results,
    }),
    ...compareRows('invalid_files', (row) => `${row.filename} in scope ${row.scope}`, {
      wanted: wanted.invalid,
      there: there.invalid,
    }),
  ];
}

/** Pure: rows matched by key, then compared column by column. */
function compareRows<R extends object>(
  table: Difference['table'],
  keyOf: (row: R) => string,
  rows: { wanted: R[]; there: R[] },
): Found[] {
  const there = new Map(rows.there.map((row) => [keyOf(row), row]));
  const found: Found[] = [];
  for (const row of rows.wanted) {
    const key = keyOf(row);
    const other = there.get(key);
    there.delete(key);
    const columns = other ? differingColumns(row, other) : [];
    if (!other) found.push({ table, kind: 'missing', row: key });
    else if (columns.length > 0) found.push({ table, kind: 'changed', row: key, columns });
  }
  for (const key of there.keys()) found.push({ table, kind: 'extra', row: key });
  return found;
}

function differingColumns(a: object, b: object): string[] {
  const other = b as Record<string, unknown>;
  return Object.entries(a)
    .filter(([column, value]) => canonicalJson(value) !== canonicalJson(other[column] ?? null))
    .map(([column]) => column);
}

/** Rows of repos that do not exist (any more). */
async function findOrphans(ctx: HubContext): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const table of ['refs', 'repo_cards', 'benchmarks', 'results', 'invalid_files', 'best'] as const) {
    const rows = await ctx.db.query<{ repo_id: string; count: number }>(
      `SELECT t.repo_id, count(*)::int AS count FROM derived.${table} t
       LEFT JOIN record.repos r ON r.id = t.repo_id AND r.deleted_at IS NULL
       WHERE r.id IS NULL GROUP BY t.repo_id`,
    );
    found.push(
      ...rows.map(({ repo_id, count }) => ({
        repo: '',
        table,
        kind: 'extra' as const,
        row: `${count} of repo ${repo_id}, which does not exist`,
      })),
    );
  }
  return found;
}
