import { requireActor } from '../auth/authenticate.ts';
import { toListedUser } from '../auth/members.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { isLiked, setLike } from '../repos/likes.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { nextPage } from './next-page.ts';
import { typePlurals } from './repos.ts';

const pageSize = 100;

/** Who likes what. Whoever sees a repo may like it. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) {
    const path = `/api/${plural}/:namespace/:name` as const;
    for (const [method, liked] of [
      ['POST', true],
      ['DELETE', false],
    ] as const) {
      app.on(method, `${path}/like`, async (c) => {
        const actor = requireActor(c.var.actor, 'write');
        const repo = await requireRepo(
          ctx,
          actor,
          type,
          `${c.req.param('namespace')}/${c.req.param('name')}`,
          'read',
        );
        await setLike(ctx, actor, repo, liked);
        return c.json({ liked });
      });
    }

    app.get(`${path}/like`, async (c) => {
      const actor = requireActor(c.var.actor);
      const repo = await requireRepo(
        ctx,
        actor,
        type,
        `${c.req.param('namespace')}/${c.req.param('name')}`,
        'read',
      );
      return c.json({ liked: await isLiked(ctx.db, actor, repo) });
    });

    app.get(`${path}/likers`, async (c) => {
      const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
      const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'read');
      const query = queryOf(c.req.raw);
      const limit = query.integer('limit', { fallback: pageSize, min: 1, max: 1_000 });
      const { offset } = fromCursor(query.get('cursor'), { offset: 0 }) ?? { offset: 0 };
      const people = await ctx.db.query<{ id: string; name: string; fullname: string }>(
        `SELECT a.id, a.name, a.fullname FROM record.likes l
           JOIN record.accounts a ON a.id = l.user_id AND a.deleted_at IS NULL
          WHERE l.repo_id = $1 ORDER BY l.created_at DESC, a.id OFFSET $2 LIMIT $3`,
        [repo.id, offset, limit + 1],
      );
      const more = people.length > limit;
      const link = more ? nextPage(ctx, c.req.raw, { cursor: toCursor({ offset: offset + limit }) }) : {};
      return c.json(people.slice(0, limit).map(toListedUser), 200, link);
    });
  }
}
