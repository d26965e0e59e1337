import { nameProblem, type RepoType, repoPath } from '@assay/spec';
import { standingIn, toAccess } from '../auth/access.ts';
import { type Account, findAccount } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { grantOf } from '../auth/token-scopes.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { findRepo } from './require-repo.ts';

/** @throws HubError `invalid-input` */
export function assertRepoName(name: string): void {
  const problem = nameProblem(name);
  if (problem) throw new HubError('invalid-input', `the repo name "${name.slice(0, 100)}" ${problem}`);
}

/**
 * The account that a namespace belongs to, provided that the actor may make repos in it.
 * @throws HubError `forbidden`, also when there is no such namespace
 */
export async function requireNamespace(sql: Sql, actor: Actor, namespace: string): Promise<Account> {
  const account = await findAccount(sql, namespace);
  const standing = account && (await standingIn(sql, actor, account.id));
  const allowed = account && (actor.isAdmin || (standing !== null && standing !== 'read'));
  if (allowed && grantOf(actor, { ownerId: account.id }).write) return account;
  throw new HubError('forbidden', `you may not make repos under ${namespace}`, {
    hint: 'Use your own name, or an organisation in which you are contributor, writer or administrator, and a write token.',
  });
}

/**
 * The answer for a name that is taken, or null. Clients read the address of the repo from it. A private repo of others
 * is told only to those who could have made one there: nobody else learns its name.
 */
export async function repoExists(
  sql: Sql,
  actor: Actor,
  type: RepoType,
  fullName: string,
): Promise<HubError | null> {
  const repo = await findRepo(sql, type, fullName);
  if (!repo) return null;
  const visible = toAccess(actor, await standingIn(sql, actor, repo.ownerId), repo).read;
  if (!visible) return null;
  return new HubError('repo-exists', `${type} ${repo.fullName} exists already`, {
    existing: `/${repoPath(type, repo)}`,
    existingId: repo.id,
  });
}
