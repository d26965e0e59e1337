import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { GitError } from '../git/git-error.ts';
import { tables } from './rows.ts';

/**
 * What `work` finds out about a repo; null when git cannot read it (a damaged disk, a folder that is not there). Then
 * the log names it, and no other repo suffers for it.
 */
export async function unlessUnreadable<T>(
  ctx: Pick<HubContext, 'log'>,
  repoId: string,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    ctx.log.warn('a repo cannot be read; its place in the index stays as it was', {
      repo: repoId,
      reason: error.message,
    });
    return null;
  }
}

/** Takes over what the live index says of a repo, which may be nothing. */
export async function keepFacts(sql: Sql, repoId: string): Promise<void> {
  // The version first: should the repo move on meanwhile, the swap sees it.
  for (const table of ['versions', ...tables] as const) {
    await sql.query(`DELETE FROM derived_next.${table} WHERE repo_id = $1`, [repoId]);
    await sql.query(`INSERT INTO derived_next.${table} SELECT * FROM derived.${table} WHERE repo_id = $1`, [
      repoId,
    ]);
  }
}

/** Takes over what the live index says of a benchmark's revisions. @param key `ns/name`, lower case */
export async function keepRevisions(sql: Sql, key: string): Promise<void> {
  await sql.query(
    `INSERT INTO derived_next.revisions SELECT * FROM derived.revisions WHERE dataset_key = $1 ON CONFLICT DO NOTHING`,
    [key],
  );
}
