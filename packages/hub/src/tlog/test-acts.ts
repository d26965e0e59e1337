import type { Sql } from '../db/sql.ts';

/** Appends an act on a repo that needs not exist: such an act is sealed. */
export async function insertAct(sql: Sql, note: string, repoId = 'f'.repeat(24)): Promise<number> {
  const { seq } = await sql.one<{ seq: number }>(
    `INSERT INTO record.acts (kind, actor_name, repo_id, repo_name, result_id, filename, dataset_id, task_id, entry)
     VALUES ('submitted', 'ann', $2, 'ann/model', 'e0', 'a.yaml', 'org/sums', 'main', jsonb_build_object('notes', $1::text))
     RETURNING seq`,
    [note, repoId],
  );
  return seq;
}
