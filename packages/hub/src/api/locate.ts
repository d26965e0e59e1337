import type { RepoType } from '@assay/spec';
import type { Context } from 'hono';
import type { Access } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import type { GitReader } from '../git/reader.ts';
import type { HubEnv } from '../http/app.ts';
import { parseRevisionAndPath, type RevisionAndPath } from '../http/raw-path.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';

/** A place in a repo's history, as an address names it. */
export interface Place extends RevisionAndPath {
  repo: Repo;
  reader: GitReader;
}

export interface Address {
  type: RepoType;
  /** `ns/name` */
  fullName: string;
  /** What follows `tree/`, `resolve/` and the like, still encoded. */
  rest: string;
  /** Only under the repo's own spelling (see `mustSpell`). */
  exact?: boolean;
}

/**
 * Whether the asker must write a repo's name as it is: clients that read keep what they got under the name they asked
 * for, and would keep it twice. Writes and our own pages may write it in any case.
 */
export function mustSpell(c: Context<HubEnv>): boolean {
  return (c.req.method === 'GET' || c.req.method === 'HEAD') && !c.env?.inProcess;
}

/** @throws HubError `repo-moved` when a name differs from the repo's own, be it by case alone */
export function assertOwnName(repo: Repo, fullName: string): void {
  if (repo.fullName === fullName) return;
  const moved = { from: fullName, to: repo.fullName };
  throw new HubError('repo-moved', `${repo.type} ${fullName} is written ${repo.fullName}`, { moved });
}

/**
 * Finds the repo, the commit and the path of an address.
 * @throws HubError what `requireRepo` throws; `repo-moved`, `revision-not-found`
 */
export async function locate(
  ctx: HubContext,
  actor: Actor | null,
  address: Address,
  need: keyof Access,
): Promise<Place> {
  const repo = await requireRepo(ctx, actor, address.type, address.fullName, need);
  if (address.exact) assertOwnName(repo, address.fullName);
  const reader = ctx.git.reader(repo.id);
  return {
    repo,
    reader,
    ...(await parseRevisionAndPath(address.rest, (revision) => reader.resolve(revision))),
  };
}

/** Clients write a file down as missing when code and commit are there, and do not ask for it again. */
export function entryNotFound(path: string, commit: string): HubError {
  return new HubError('entry-not-found', `there is no "${path}" at this revision`, { commit });
}

/** Runs something that reads a path; git's "no such path" becomes the Hub's. */
export async function orEntryNotFound<T>(
  place: Pick<Place, 'path' | 'commit'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GitError && error.code === 'path-missing')
      throw entryNotFound(place.path, place.commit);
    throw error;
  }
}
