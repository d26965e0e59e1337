import type { Sql } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import type { Scope } from './read-results.ts';

export const mainRef = 'refs/heads/main';

export type PullStatus = 'draft' | 'open' | 'closed' | 'merged';

/** Status of a repo's pull requests by number. A number without a row has just been made: it counts as open. */
export async function loadPullStatuses(sql: Sql, repoId: string): Promise<Map<number, PullStatus>> {
  const rows = await sql.query<{ num: number; status: PullStatus }>(
    'SELECT num, status FROM record.discussions WHERE repo_id = $1 AND is_pull_request',
    [repoId],
  );
  return new Map(rows.map(({ num, status }) => [num, status]));
}

/** The same for several repos, by their ids; those without pull requests are left out. */
export async function loadStatusesOf(
  sql: Sql,
  repoIds: string[],
): Promise<Map<string, Map<number, PullStatus>>> {
  const rows = await sql.query<{ repo_id: string; num: number; status: PullStatus }>(
    'SELECT repo_id, num, status FROM record.discussions WHERE repo_id = ANY($1) AND is_pull_request',
    [repoIds],
  );
  const groups = Map.groupBy(rows, ({ repo_id }) => repo_id);
  return new Map([...groups].map(([id, of]) => [id, new Map(of.map(({ num, status }) => [num, status]))]));
}

/** Where a pull request's entries stand; null when it has none of its own any more. */
export function pullStanding(status: PullStatus | undefined): 'community' | 'closed' | null {
  if (status === 'merged') return null;
  return status === 'closed' ? 'closed' : 'community';
}

/** The place main's results stand. */
export function mainScope(repoId: string, head: string): Scope {
  return { repoId, number: 0, standing: 'merged', head, base: null };
}

/** The place a pull request's results stand: what its branch adds to where it left main. */
export async function pullScope(
  git: GitReader,
  pull: { repoId: string; number: number; head: string; standing: 'community' | 'closed' },
  main: string | null,
): Promise<Scope> {
  return { ...pull, base: main === null ? null : await git.mergeBase(main, pull.head) };
}

/** The pull request that a push merges: its ref stands beside the branch's in the updates of a merge, unmoved. */
export function mergedBy(via: string, updates: RefUpdate[]): number | undefined {
  if (via !== 'merge') return undefined;
  return updates.map((update) => pullRequestOf(update.ref)).find((number) => number !== null) ?? undefined;
}
