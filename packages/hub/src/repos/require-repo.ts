import type { RepoType } from '@assay/spec';
import { type Access, accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { grantOf } from '../auth/token-scopes.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type Repo, repoColumns, toRepo } from './repo.ts';

/** The repo of this name, whatever the case of the letters; null when there is none. Asks no rights. */
export async function findRepo(sql: Sql, type: RepoType, fullName: string): Promise<Repo | null> {
  const [namespace, name] = fullName.split('/');
  const row = await sql.maybe<object>(
    `SELECT ${repoColumns} FROM record.repos r WHERE r.type = $1 AND lower(r.namespace) = lower($2)
       AND lower(r.name) = lower($3) AND r.deleted_at IS NULL`,
    [type, namespace ?? '', name ?? ''],
    'kept',
  );
  return row && toRepo(row);
}

/** The repo of this id, or null when it was deleted. Asks no rights. */
export async function findRepoById(sql: Sql, id: string): Promise<Repo | null> {
  const row = await sql.maybe<object>(
    `SELECT ${repoColumns} FROM record.repos r WHERE r.id = $1 AND r.deleted_at IS NULL`,
    [id],
  );
  return row && toRepo(row);
}

/**
 * The repo, provided that the actor may do `need` with it.
 * @param fullName `namespace/name`, any case
 * @throws HubError `repo-not-found` (also for a private repo the actor may not know of), `repo-moved`, `repo-disabled`,
 * `gated`, `login-required`, `forbidden`
 */
export async function requireRepo(
  ctx: HubContext,
  actor: Actor | null,
  type: RepoType,
  fullName: string,
  need: keyof Access,
): Promise<Repo> {
  const { repo, access } = await requireVisible(ctx, actor, type, fullName);
  if (access[need]) return repo;
  throw refuseAccess(repo, actor, need);
}

/** The repo, provided that the actor may know of it, and what else they may do. @throws as `requireRepo` for `read` */
export async function requireVisible(
  ctx: HubContext,
  actor: Actor | null,
  type: RepoType,
  fullName: string,
): Promise<{ repo: Repo; access: Access }> {
  const named = await findRepo(ctx.db, type, fullName);
  // A name that is not there is asked about as much as one that may not be seen: neither answer comes sooner.
  const seen = await accessOf(ctx, actor, named ?? nowhere);
  const repo = named && seen.read ? named : await findMoved(ctx, actor, type, fullName);
  if (!repo) throw notFound(type, fullName);
  const access = repo === named ? seen : await accessOf(ctx, actor, repo);
  if (repo.fullName.toLowerCase() !== fullName.toLowerCase()) {
    const moved = { from: fullName, to: repo.fullName };
    throw new HubError('repo-moved', `${type} ${fullName} is now ${repo.fullName}`, { moved });
  }
  return { repo, access };
}

/** Stands for a repo that is not there, in questions that must be asked all the same. */
const nowhere: Repo = {
  id: '0'.repeat(24),
  type: 'model',
  namespace: '',
  name: '',
  fullName: '',
  ownerId: '0'.repeat(24),
  private: true,
  gated: null,
  disabled: false,
  discussionsDisabled: false,
  createdBy: null,
  mirrorOf: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

function notFound(type: RepoType, fullName: string): HubError {
  return new HubError('repo-not-found', `${type} ${fullName} does not exist, or you may not see it`);
}

/** What is said to an actor who may not do that with a repo they know of. */
export function refuseAccess(repo: Repo, actor: Actor | null, need: keyof Access): HubError {
  if (repo.disabled) return new HubError('repo-disabled', 'Access to this resource is disabled.');
  if (need === 'content') {
    return new HubError(
      'gated',
      `Access to ${repo.type} ${repo.fullName} is restricted to those who were granted it`,
      { hint: 'Ask for access on its page; its owners decide, or it opens at once.' },
    );
  }
  if (!actor) return new HubError('login-required', `${repo.fullName}: this needs a token or a login`);
  const token = grantOf(actor, { id: repo.id, ownerId: repo.ownerId });
  if (need === 'discuss' ? !token.discuss : !token.write) {
    const sentence = actor.scopes
      ? `this token's scopes do not include that for ${repo.fullName}`
      : 'this token may only read; use one with the role write';
    return new HubError('forbidden', sentence);
  }
  if (need === 'discuss') return new HubError('forbidden', `discussions of ${repo.fullName} are turned off`);
  return new HubError(
    'forbidden',
    `you may not change ${repo.type} ${repo.fullName}; open a pull request instead`,
  );
}

async function findMoved(
  ctx: HubContext,
  actor: Actor | null,
  type: RepoType,
  fullName: string,
): Promise<Repo | null> {
  const row = await ctx.db.maybe<{ repo_id: string }>(
    'SELECT repo_id FROM record.repo_redirects WHERE type = $1 AND full_name_key = lower($2)',
    [type, fullName],
  );
  const repo = row && (await findRepoById(ctx.db, row.repo_id));
  return repo && (await accessOf(ctx, actor, repo)).read ? repo : null;
}
