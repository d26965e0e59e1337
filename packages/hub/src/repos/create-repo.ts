import { newId, type RepoType } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { sqlState, sqlStateOf } from '../db/sql.ts';
import { type InitialFile, writeInitialCommit } from './initial-commit.ts';
import { assertRepoName, repoExists, requireNamespace } from './names.ts';
import { type Repo, repoColumns, toRepo } from './repo.ts';

export interface NewRepo {
  type: RepoType;
  /** Left out: the actor's own name. */
  namespace?: string;
  name: string;
  private?: boolean;
  /** Beside `.gitattributes`, in the first commit. */
  files?: InitialFile[];
}

/**
 * Makes a repo with a first commit on `main`.
 * @throws HubError `repo-exists` (also for those who may not write there), `forbidden`, `invalid-input`
 */
export async function createRepo(ctx: HubContext, actor: Actor, wanted: NewRepo): Promise<Repo> {
  const repo = await makeRepo(ctx, actor, wanted);
  await writeInitialCommit(ctx, repo, actor, wanted.files ?? []);
  return repo;
}

/** The same without any commit: the caller brings the first ones at once. */
export async function makeRepo(ctx: HubContext, actor: Actor, wanted: Omit<NewRepo, 'files'>): Promise<Repo> {
  const namespace = wanted.namespace ?? actor.name;
  const exists = await repoExists(ctx.db, actor, wanted.type, `${namespace}/${wanted.name}`);
  if (exists) throw exists;
  assertRepoName(wanted.name);
  const owner = await requireNamespace(ctx.db, actor, namespace);
  const id = newId();
  await ctx.git.init(id);
  return insertRepo(ctx, actor, { ...wanted, id, namespace: owner.name, ownerId: owner.id });
}

interface RepoInsert extends NewRepo {
  id: string;
  namespace: string;
  ownerId: string;
}

async function insertRepo(ctx: HubContext, actor: Actor, repo: RepoInsert): Promise<Repo> {
  try {
    return await ctx.db.tx(async (tx) => {
      // A new repo takes the name back from one that was renamed away.
      await tx.query('DELETE FROM record.repo_redirects WHERE type = $1 AND full_name_key = lower($2)', [
        repo.type,
        `${repo.namespace}/${repo.name}`,
      ]);
      const row = await tx.one<object>(
        `INSERT INTO record.repos AS r (id, type, namespace, name, owner_id, private, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${repoColumns}`,
        [repo.id, repo.type, repo.namespace, repo.name, repo.ownerId, repo.private ?? false, actor.id],
      );
      return toRepo(row);
    });
  } catch (error) {
    await ctx.git.remove(repo.id);
    if (sqlStateOf(error) !== sqlState.uniqueViolation) throw error;
    throw (await repoExists(ctx.db, actor, repo.type, `${repo.namespace}/${repo.name}`)) ?? error;
  }
}
