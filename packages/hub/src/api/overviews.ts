import { toWireDate, type WireOrgOverview, type WireUserOverview } from '@assay/spec';
import { standingIn, visibleReposSql } from '../auth/access.ts';
import { type Account, membershipsOf } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { requireAccount } from '../auth/members.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { listLikes } from '../repos/likes.ts';
import { nextPage } from './next-page.ts';

const pageSize = 100;

/** What strangers may know of people and organisations. Counts never include what the asker may not see. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/users/:name/overview', async (c) => {
    const account = await requireAccount(ctx.db, c.req.param('name'), 'user');
    return c.json(await userOverview(ctx, c.var.actor, account));
  });

  app.get('/api/organizations/:name/overview', async (c) => {
    const account = await requireAccount(ctx.db, c.req.param('name'), 'org');
    return c.json(await orgOverview(ctx, c.var.actor, account));
  });

  app.get('/api/users/:name/likes', async (c) => {
    const account = await requireAccount(ctx.db, c.req.param('name'), 'user');
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: pageSize, min: 1, max: 1_000 });
    const { offset } = fromCursor(query.get('cursor'), { offset: 0 }) ?? { offset: 0 };
    const likes = await listLikes(ctx.db, c.var.actor, account.id, { offset, limit: limit + 1 });
    const body = likes.slice(0, limit).map(({ type, fullName, at }) => ({
      createdAt: toWireDate(at),
      repo: { name: fullName, type },
    }));
    const more = likes.length > limit;
    return c.json(
      body,
      200,
      more ? nextPage(ctx, c.req.raw, { cursor: toCursor({ offset: offset + limit }) }) : {},
    );
  });

  // Nobody follows anybody here; clients get the lists they ask for, empty.
  for (const [path, kind] of [
    ['users/:name/followers', 'user'],
    ['users/:name/following', 'user'],
    ['organizations/:name/followers', 'org'],
  ] as const) {
    app.get(`/api/${path}`, async (c) => {
      await requireAccount(ctx.db, c.req.param('name'), kind);
      return c.json([]);
    });
  }
}

async function repoCounts(ctx: HubContext, asker: Actor | null, ownerId: string) {
  return ctx.db.one<{ numModels: number; numDatasets: number; numSpaces: number }>(
    `SELECT count(*) FILTER (WHERE r.type = 'model')::int AS "numModels",
            count(*) FILTER (WHERE r.type = 'dataset')::int AS "numDatasets",
            count(*) FILTER (WHERE r.type = 'space')::int AS "numSpaces"
       FROM record.repos r WHERE r.owner_id = $1 AND r.deleted_at IS NULL AND ${visibleReposSql(asker, 2)}`,
    [ownerId, asker?.id ?? null],
  );
}

async function userOverview(ctx: HubContext, asker: Actor | null, user: Account): Promise<WireUserOverview> {
  const orgs = await membershipsOf(ctx.db, user.id);
  const acts = await ctx.db.one<{ numDiscussions: number; numLikes: number }>(
    `SELECT (SELECT count(*)::int FROM record.discussions d
               JOIN record.repos r ON r.id = d.repo_id AND r.deleted_at IS NULL
              WHERE d.author_id = $1 AND ${visibleReposSql(asker, 2)}) AS "numDiscussions",
            (SELECT count(*)::int FROM record.likes l
               JOIN record.repos r ON r.id = l.repo_id AND r.deleted_at IS NULL
              WHERE l.user_id = $1 AND ${visibleReposSql(asker, 2)}) AS "numLikes"`,
    [user.id, asker?.id ?? null],
  );
  return {
    _id: user.id,
    user: user.name,
    name: user.name,
    fullname: user.fullname || user.name,
    type: 'user',
    avatarUrl: '',
    isPro: false,
    createdAt: toWireDate(user.createdAt),
    ...(await repoCounts(ctx, asker, user.id)),
    ...acts,
    numPapers: 0,
    numUpvotes: 0,
    numFollowing: 0,
    numFollowers: 0,
    orgs: orgs.map(({ org }) => ({
      _id: org.id,
      name: org.name,
      fullname: org.fullname || org.name,
      avatarUrl: '',
    })),
  };
}

async function orgOverview(ctx: HubContext, asker: Actor | null, org: Account): Promise<WireOrgOverview> {
  const { users } = await ctx.db.one<{ users: number }>(
    `SELECT count(*)::int AS users FROM record.memberships m
       JOIN record.accounts a ON a.id = m.user_id AND a.deleted_at IS NULL WHERE m.org_id = $1`,
    [org.id],
  );
  return {
    _id: org.id,
    name: org.name,
    fullname: org.fullname || org.name,
    type: 'org',
    avatarUrl: '',
    isVerified: false,
    createdAt: toWireDate(org.createdAt),
    numUsers: users,
    ...(await repoCounts(ctx, asker, org.id)),
    numFollowers: 0,
    isMember: (await standingIn(ctx.db, asker, org.id)) !== null,
  };
}
