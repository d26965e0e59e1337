import type { Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** The number the next discussion of a repo will most likely have; only claiming decides. */
export async function peekNumber(sql: Sql, repoId: string): Promise<number> {
  const { num } = await sql.one<{ num: number }>(
    'SELECT next_discussion_num AS num FROM record.repos WHERE id = $1',
    [repoId],
  );
  return num;
}

/** Takes the next number; others wait until this transaction ends, so a rollback leaves no gap. */
export async function claimNextNumber(tx: Tx, repoId: string): Promise<number> {
  const { num } = await tx.one<{ num: number }>(
    `UPDATE record.repos SET next_discussion_num = next_discussion_num + 1 WHERE id = $1
     RETURNING next_discussion_num - 1 AS num`,
    [repoId],
  );
  return num;
}

/** Takes exactly this number. @throws HubError `stale-ref` when another was quicker */
export async function claimNumber(tx: Tx, repoId: string, num: number): Promise<void> {
  const rows = await tx.query(
    `UPDATE record.repos SET next_discussion_num = $2 + 1 WHERE id = $1 AND next_discussion_num = $2 RETURNING 1`,
    [repoId, num],
  );
  if (rows.length === 0) throw new HubError('stale-ref', `the number ${num} was taken meanwhile`);
}
