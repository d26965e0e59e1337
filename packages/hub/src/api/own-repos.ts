import { type RepoType, repoPath, toWireDate } from '@assay/spec';
import { standingIn, visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import { requireAccount } from '../auth/members.ts';
import { grantOf } from '../auth/token-scopes.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { optionalFlag, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';
import { duplicateRepo } from '../repos/duplicate-repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { typePlurals } from './repos.ts';

/** What somebody has and how much room it takes; copying a repo into one's own. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/settings/repositories', async (c) => {
    const actor = requireActor(c.var.actor);
    return c.json(await listOwned(ctx, actor, actor.id));
  });

  app.get('/api/organizations/:org/settings/repositories', async (c) => {
    const actor = requireActor(c.var.actor);
    const org = await requireAccount(ctx.db, c.req.param('org'), 'org');
    const inside =
      (await standingIn(ctx.db, actor, org.id)) !== null && grantOf(actor, { ownerId: org.id }).read;
    if (!inside && !actor.isAdmin) throw new HubError('forbidden', `you are no member of ${org.name}`);
    return c.json(await listOwned(ctx, actor, org.id));
  });

  for (const [plural, type] of Object.entries(typePlurals)) {
    app.post(`/api/${plural}/:namespace/:name/duplicate`, async (c) => {
      const actor = requireActor(c.var.actor);
      const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
      const source = await requireRepo(ctx, actor, type, fullName, 'content');
      const body = await readJsonObject(c.req.raw, 1);
      const [first, second] = requiredText(body, 'repository', 200).split('/');
      const [namespace, name] = second === undefined ? [actor.name, first!] : [first!, second];
      const copy = await duplicateRepo(ctx, actor, source, {
        namespace,
        name,
        private: isPrivate(body, source.private || source.gated !== null),
      });
      return c.json({ url: `${baseUrl(ctx, c.req.raw)}/${repoPath(copy.type, copy)}`, id: copy.id });
    });
  }
}

/** A copy of a private or gated repo stays private unless asked otherwise: its owner may not show others' files by oversight. */
function isPrivate(body: Record<string, unknown>, fallback: boolean): boolean {
  const visibility = optionalWord(body, 'visibility', ['public', 'private', 'protected']);
  return visibility === undefined ? (optionalFlag(body, 'private') ?? fallback) : visibility !== 'public';
}

interface OwnedRow {
  id: string;
  type: RepoType;
  private: boolean;
  updatedAt: Date;
  storage: number;
}

async function listOwned(ctx: HubContext, actor: Actor, ownerId: string): Promise<object[]> {
  const rows = await ctx.db.query<OwnedRow>(
    `SELECT r.namespace || '/' || r.name AS id, r.type, r.private, r.updated_at AS "updatedAt",
            coalesce((SELECT sum(size) FROM record.lfs_objects WHERE repo_id = r.id), 0)::bigint AS storage
       FROM record.repos r WHERE r.owner_id = $1 AND r.deleted_at IS NULL AND ${visibleReposSql(actor, 2)}
      ORDER BY r.updated_at DESC, r.id`,
    [ownerId, actor.id],
  );
  const total = rows.reduce((sum, { storage }) => sum + Number(storage), 0);
  return rows.map(({ id, type, private: hidden, updatedAt, storage }) => ({
    id,
    type,
    visibility: hidden ? 'private' : 'public',
    updatedAt: toWireDate(updatedAt),
    storage: Number(storage),
    storagePercent: total === 0 ? 0 : Number(storage) / total,
  }));
}
