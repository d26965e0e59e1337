import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { Sql } from '../db/sql.ts';

/**
 * Notes how far a public repo's acts have been public. Called in the transaction that ends this (it turns private, or is
 * deleted), under `lockRepo`: what anyone could read until now stays readable for good. Nothing happens to a private one.
 */
export async function keepPublished(sql: Sql, repoId: string): Promise<void> {
  await sql.query(
    `UPDATE record.repos r SET acts_public_through =
       greatest(r.acts_public_through, (SELECT coalesce(max(a.seq), 0) FROM record.acts a WHERE a.repo_id = r.id))
     WHERE r.id = $1 AND NOT r.private`,
    [repoId],
  );
}

/**
 * A condition for SQL that holds for the acts (alias `a`) of a repo (alias `r`) that the actor may read: the repo's readers
 * read all of them, everybody those that were public once. `$n` is the parameter that must be the actor's id, or null.
 */
export function readableActsSql(actor: Actor | null, n: number): string {
  const visible = visibleReposSql(actor, n);
  if (actor?.isAdmin) return visible;
  return `(a.seq <= r.acts_public_through OR ((r.deleted_at IS NULL OR NOT r.private) AND ${visible}))`;
}
