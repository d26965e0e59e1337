import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { receive } from '../receive/receive.ts';
import { toHubError } from '../receive/refusal.ts';
import { makeRepo } from './create-repo.ts';
import { deleteRepo } from './delete-repo.ts';
import type { Repo } from './repo.ts';
import { assertRoom } from './storage-quota.ts';

/**
 * Makes a repo with the branches, tags and large files of another, without its discussions and pull requests. The caller
 * has checked that the actor may read its files.
 * @throws HubError `repo-exists`, `forbidden`, `invalid-input`
 */
export async function duplicateRepo(
  ctx: HubContext,
  actor: Actor,
  source: Repo,
  wanted: { namespace: string; name: string; private: boolean },
): Promise<Repo> {
  const refs = [...(await ctx.git.reader(source.id).refs())].filter(([ref]) =>
    /^refs\/(heads|tags)\//.test(ref),
  );
  if (refs.length === 0) throw new HubError('conflict', `${source.fullName} has nothing to copy`);
  const repo = await makeRepo(ctx, actor, { type: source.type, ...wanted });
  try {
    // A pointer is only good where its bytes are: they are noted first.
    const { bytes } = await ctx.db.one<{ bytes: number }>(
      'SELECT coalesce(sum(size), 0)::bigint AS bytes FROM record.lfs_objects WHERE repo_id = $1',
      [source.id],
    );
    await assertRoom(ctx, repo.ownerId, bytes);
    await ctx.db.query(
      `INSERT INTO record.lfs_objects (repo_id, oid, size)
       SELECT $2, oid, size FROM record.lfs_objects WHERE repo_id = $1`,
      [source.id, repo.id],
    );
    await copyRefs(ctx, actor, { source, repo, refs });
    return repo;
  } catch (error) {
    await deleteRepo(ctx, actor, repo);
    throw error;
  }
}

async function copyRefs(
  ctx: HubContext,
  actor: Actor,
  copy: { source: Repo; repo: Repo; refs: [ref: string, oid: string][] },
): Promise<void> {
  const { source, repo, refs } = copy;
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const tips = [...new Set(refs.map(([, oid]) => oid))];
    await quarantine.unpack(ctx.git.pack(source.id, tips), { maxBytes: Number.MAX_SAFE_INTEGER });
    const updates = refs.map(([ref, oid]) => ({ ref, old: null, new: oid }));
    const outcome = await receive(ctx, { repo, actor, via: 'create', updates, quarantine });
    if (!outcome.ok) throw toHubError(outcome.refused);
  } finally {
    quarantine.discard();
  }
}
