import type { Sql } from '../db/sql.ts';
import type { Actor } from './actor.ts';

/** Notes an administrative act. `detail` holds names and ids, never a secret. */
export async function audit(
  sql: Sql,
  actor: Actor | null,
  action: string,
  detail: object = {},
): Promise<void> {
  await sql.query('INSERT INTO record.audit (actor_id, action, detail) VALUES ($1, $2, $3)', [
    actor?.id ?? null,
    action,
    JSON.stringify(detail),
  ]);
}
