import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import type { Repo } from '../repos/repo.ts';
import type { Actor } from './actor.ts';
import { grantOf, inScopeSql } from './token-scopes.ts';

/** What an actor may do with a repo. */
export interface Access {
  /** Knows that it exists: name, metadata, list of files. */
  read: boolean;
  /** Reads files (a gated repo withholds them). */
  content: boolean;
  /** Opens discussions and pull requests, and comments. */
  discuss: boolean;
  /** Changes branches, merges, closes. */
  write: boolean;
  /** Settings, deletion, renaming. */
  admin: boolean;
}

export type OrgRole = 'admin' | 'write' | 'contributor' | 'read';

/** What the actor is to the account that owns a namespace: itself, a member in some role, or a stranger. */
export type Standing = 'owner' | OrgRole | null;

/**
 * Pure: the rights that follow from standing, credential and the repo's settings.
 * @param granted whether the actor was let in to the files of a gated repo
 */
export function toAccess(actor: Actor | null, standing: Standing, repo: Repo, granted = false): Access {
  const token = grantOf(actor, { id: repo.id, ownerId: repo.ownerId });
  const insider = token.read && (standing !== null || actor?.isAdmin === true);
  const read = !repo.private || insider;
  const open = repo.gated === null || insider || (granted && token.gated);
  const rules = standing === 'owner' || standing === 'admin' || actor?.isAdmin === true;
  // A contributor makes repos in the organisation and writes to those alone.
  const writes =
    rules || standing === 'write' || (standing === 'contributor' && repo.createdBy === actor?.id);
  const mayWrite = token.write && !repo.disabled;
  return {
    read,
    content: read && !repo.disabled && open,
    discuss: read && token.discuss && !repo.disabled && !repo.discussionsDisabled,
    write: read && mayWrite && writes,
    admin: read && mayWrite && rules,
  };
}

/** What the actor may do with the repo. One query at most. */
export async function accessOf(ctx: HubContext, actor: Actor | null, repo: Repo): Promise<Access> {
  if (!actor || repo.gated === null)
    return toAccess(actor, await standingIn(ctx.db, actor, repo.ownerId), repo);
  const row = await ctx.db.one<{ role: OrgRole | null; granted: boolean }>(
    `SELECT (SELECT role FROM record.memberships WHERE org_id = $1 AND user_id = $2) AS role,
            EXISTS (SELECT 1 FROM record.access_requests
                     WHERE repo_id = $3 AND user_id = $2 AND status = 'accepted') AS granted`,
    [repo.ownerId, actor.id, repo.id],
  );
  return toAccess(actor, actor.id === repo.ownerId ? 'owner' : row.role, repo, row.granted);
}

/** What the actor is to an account. */
export async function standingIn(sql: Sql, actor: Actor | null, accountId: string): Promise<Standing> {
  if (!actor) return null;
  if (actor.id === accountId) return 'owner';
  const row = await sql.maybe<{ role: OrgRole }>(
    'SELECT role FROM record.memberships WHERE org_id = $1 AND user_id = $2',
    [accountId, actor.id],
    'kept',
  );
  return row?.role ?? null;
}

/**
 * A condition for SQL that holds for the repos (by `alias`) the actor may see; `$n` is the parameter that must be the
 * actor's id, or null. Lists use it, so that a private repo leaks neither by name nor by count.
 */
export function visibleReposSql(actor: Actor | null, n: number, alias = 'r'): string {
  const inScope = inScopeSql(actor, alias);
  if (actor?.isAdmin) return `((NOT ${alias}.private OR ${inScope}) OR $${n}::text IS NULL)`;
  return `(NOT ${alias}.private OR ${inScope} AND (${alias}.owner_id = $${n} OR EXISTS
    (SELECT 1 FROM record.memberships ms WHERE ms.org_id = ${alias}.owner_id AND ms.user_id = $${n})))`;
}

/** The plan of a statement with `visibleReposSql`: kept, but for a fine-grained token, whose statement has a text of its own. */
export function planFor(actor: Actor | null): 'kept' | undefined {
  return actor?.scopes ? undefined : 'kept';
}
