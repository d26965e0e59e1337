import { newId, parseRepoName, type RepoType, toWireDate } from '@assay/spec';
import { createAccount, findAccount, setMember } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { firstLocalNumber } from '../receive/ref-rules.ts';
import { assertRepoName } from '../repos/names.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepo } from '../repos/require-repo.ts';

type MirrorState = 'waiting' | 'running' | 'done' | 'failed';

/** What a mirror follows, and how far it is. */
export interface Mirror {
  repoId: string;
  endpoint: string;
  originName: string;
  maxLargeFile: number | null;
  createdBy: string;
  state: MirrorState;
  progress: { step?: string; done?: number; bytes?: number };
  problem: string | null;
  failures: number;
  syncedAt: Date | null;
  nextAt: Date;
}

/** Name of the queue on which mirrors are brought up to date; a job is `{ repoId }`. */
export const mirrorQueue = 'mirror';

export async function findMirror(ctx: HubContext, repoId: string): Promise<Mirror | null> {
  return ctx.db.maybe<Mirror>(
    `SELECT repo_id AS "repoId", endpoint, origin_name AS "originName", max_large_file AS "maxLargeFile",
       created_by AS "createdBy", state, progress, problem, failures, synced_at AS "syncedAt", next_at AS "nextAt"
     FROM record.mirrors WHERE repo_id = $1`,
    [repoId],
  );
}

export interface NewMirror {
  type: RepoType;
  endpoint: string;
  originName: string;
  /** Page of the origin. */
  pageUrl: string;
  /** `ns/name` here. */
  name: string;
  maxLargeFile: number | null;
}

/**
 * Makes a repo that follows another hub's, or asks for it to be brought up to date when it is there already. A namespace
 * that nobody has becomes an organisation of the one who asks.
 * @throws HubError `repo-exists` when the name is taken by another repo; `invalid-input`
 */
export async function ensureMirror(ctx: HubContext, actor: Actor, wish: NewMirror): Promise<string> {
  const there = await findRepo(ctx.db, wish.type, wish.name);
  const repoId = there ? await assertSame(ctx, there, wish) : await makeMirror(ctx, actor, wish);
  await ctx.db.query(
    `UPDATE record.mirrors SET next_at = now(), max_large_file = $2,
       state = CASE state WHEN 'running' THEN state ELSE 'waiting' END WHERE repo_id = $1`,
    [repoId, wish.maxLargeFile],
  );
  await ctx.jobs.send(mirrorQueue, { repoId }, { key: repoId });
  return repoId;
}

async function assertSame(ctx: HubContext, repo: Repo, wish: NewMirror): Promise<string> {
  const mirror = await findMirror(ctx, repo.id);
  if (mirror?.endpoint === wish.endpoint && mirror.originName === wish.originName) return repo.id;
  const what = repo.mirrorOf ? `a mirror of ${repo.mirrorOf}` : 'no mirror';
  throw new HubError('repo-exists', `${repo.type} ${repo.fullName} exists already and is ${what}`, {
    hint: 'Give the mirror another name with "as" (assay mirror … --as ORG/NAME).',
  });
}

async function makeMirror(ctx: HubContext, actor: Actor, wish: NewMirror): Promise<string> {
  const parsed = parseRepoName(wish.name);
  if (!parsed.ok) throw new HubError('invalid-input', `"${wish.name.slice(0, 200)}" is no name of a repo`);
  const { namespace, name } = parsed.value;
  assertRepoName(name);
  const id = newId();
  await ctx.git.init(id);
  try {
    await ctx.db.tx(async (tx) => {
      const owner = await ensureNamespace(tx, actor, namespace);
      await tx.query('DELETE FROM record.repo_redirects WHERE type = $1 AND full_name_key = lower($2)', [
        wish.type,
        `${owner.name}/${name}`,
      ]);
      await tx.query(
        `INSERT INTO record.repos (id, type, namespace, name, owner_id, created_by, mirror_of, next_discussion_num)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, wish.type, owner.name, name, owner.id, actor.id, wish.pageUrl, firstLocalNumber],
      );
      await tx.query(
        `INSERT INTO record.mirrors (repo_id, endpoint, origin_name, max_large_file, created_by)
         VALUES ($1, $2, $3, $4, $5)`,
        [id, wish.endpoint, wish.originName, wish.maxLargeFile, actor.id],
      );
      await audit(tx, actor, 'mirror-created', { repo: id, name: wish.name, origin: wish.pageUrl });
    });
  } catch (error) {
    await ctx.git.remove(id);
    throw error;
  }
  return id;
}

async function ensureNamespace(tx: Tx, actor: Actor, name: string): Promise<{ id: string; name: string }> {
  const found = await findAccount(tx, name);
  if (found) return found;
  const made = await createAccount(tx, { kind: 'org', name });
  await setMember(tx, made.id, actor.id, 'admin');
  return made;
}

/** Ends the following: what is here stays, and is from now on a repo like others. */
export async function endMirror(ctx: HubContext, actor: Actor, repo: Repo): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    await tx.query('DELETE FROM record.mirror_gaps WHERE repo_id = $1', [repo.id]);
    await tx.query('DELETE FROM record.mirrors WHERE repo_id = $1', [repo.id]);
    await tx.query('UPDATE record.repos SET mirror_of = NULL WHERE id = $1', [repo.id]);
    await audit(tx, actor, 'mirror-ended', { repo: repo.id, name: repo.fullName, origin: repo.mirrorOf });
  });
}

/** A mirror as Assay's own API tells it. */
export async function describeMirror(ctx: HubContext, repo: Repo, mirror: Mirror): Promise<object> {
  const gaps = await ctx.db.query<{ path: string; size: number; problem: string }>(
    'SELECT path, size, problem FROM record.mirror_gaps WHERE repo_id = $1 ORDER BY path LIMIT 100',
    [repo.id],
  );
  return {
    type: repo.type,
    name: repo.fullName,
    origin: repo.mirrorOf,
    state: mirror.state,
    progress: mirror.progress,
    ...(mirror.problem && { problem: mirror.problem }),
    ...(mirror.syncedAt && { syncedAt: toWireDate(mirror.syncedAt) }),
    nextAt: toWireDate(mirror.nextAt),
    missing: gaps,
  };
}
