import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { sqlState, sqlStateOf } from '../db/sql.ts';
import { recountModel } from '../index/counts.ts';
import { keepPublished } from '../index/published-acts.ts';
import { onRepoRenamed } from '../index/renamed.ts';
import { raiseVersion } from '../index/rows.ts';
import { announce } from '../webhooks/announce.ts';
import { assertRepoName, repoExists, requireNamespace } from './names.ts';
import { type Repo, repoColumns, toRepo } from './repo.ts';

export interface RepoSettings {
  private?: boolean;
  /** Null opens the files to whoever sees the repo. */
  gated?: 'auto' | 'manual' | null;
  discussionsDisabled?: boolean;
}

/** Changes the settings that are given and leaves the others. */
export async function changeSettings(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  settings: RepoSettings,
): Promise<Repo> {
  const wanted = { ...repo, ...settings };
  return ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    if (wanted.private) await keepPublished(tx, repo.id);
    const row = await tx.one<object>(
      `UPDATE record.repos r SET private = $2, gated = $3, discussions_disabled = $4, updated_at = now()
        WHERE id = $1 RETURNING ${repoColumns}`,
      [repo.id, wanted.private, wanted.gated, wanted.discussionsDisabled],
    );
    if (wanted.private !== repo.private && repo.type === 'model') {
      await raiseVersion(tx, repo.id);
      await recountModel(tx, 'derived', repo.id);
    }
    await audit(tx, actor, 'repo-settings', { repo: repo.id, ...settings });
    const changed = toRepo(row);
    await announce(ctx, tx, changed, {
      action: 'update',
      scope: 'repo.config',
      updatedConfig: { ...settings },
    });
    return changed;
  });
}

/**
 * Renames a repo, also into another namespace. Nothing moves on disk; the old name leads to the new one until it is
 * taken again.
 * @throws HubError `repo-exists`, `forbidden`, `invalid-input`
 */
export async function moveRepo(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  to: { namespace: string; name: string },
): Promise<Repo> {
  assertRepoName(to.name);
  const owner = await requireNamespace(ctx.db, actor, to.namespace);
  const oldKey = repo.fullName.toLowerCase();
  const newKey = `${owner.name}/${to.name}`.toLowerCase();
  try {
    return await ctx.db.tx(async (tx) => {
      await tx.lockRepo(repo.id);
      await tx.query('DELETE FROM record.repo_redirects WHERE type = $1 AND full_name_key = $2', [
        repo.type,
        newKey,
      ]);
      const row = await tx.one<object>(
        `UPDATE record.repos r SET namespace = $2, name = $3, owner_id = $4, updated_at = now()
          WHERE id = $1 RETURNING ${repoColumns}`,
        [repo.id, owner.name, to.name, owner.id],
      );
      if (oldKey !== newKey) {
        await tx.query(
          `INSERT INTO record.repo_redirects (type, full_name_key, repo_id) VALUES ($1, $2, $3)
           ON CONFLICT (type, full_name_key) DO UPDATE SET repo_id = excluded.repo_id, created_at = now()`,
          [repo.type, oldKey, repo.id],
        );
      }
      await onRepoRenamed(ctx, tx, {
        id: repo.id,
        type: repo.type,
        from: repo.fullName,
        to: `${owner.name}/${to.name}`,
      });
      await audit(tx, actor, 'repo-moved', {
        repo: repo.id,
        from: repo.fullName,
        to: `${owner.name}/${to.name}`,
      });
      const moved = toRepo(row);
      const movedTo = { name: moved.fullName, owner: { id: moved.ownerId } };
      await announce(ctx, tx, moved, { action: 'move', scope: 'repo', movedTo });
      return moved;
    });
  } catch (error) {
    if (sqlStateOf(error) !== sqlState.uniqueViolation) throw error;
    throw (await repoExists(ctx.db, actor, repo.type, newKey)) ?? error;
  }
}
