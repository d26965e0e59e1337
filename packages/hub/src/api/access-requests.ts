import { type RepoType, toWireDate, type WireAccessRequest } from '@assay/spec';
import type { Context } from 'hono';
import type { Access } from '../auth/access.ts';
import { requireActor } from '../auth/authenticate.ts';
import { requireAccount } from '../auth/members.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';
import {
  type AccessRequest,
  askForAccess,
  decideAccess,
  findOwnRequest,
  grantAccess,
  listAccessRequests,
  requestStatuses,
} from '../repos/access-requests.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { nextPage } from './next-page.ts';
import { typePlurals } from './repos.ts';

const pageSize = 1_000;
const maxFields = 10_000;

/** Asking to read a gated repo, and deciding on it. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) {
    askRoutes(app, ctx, plural, type);
    decisionRoutes(app, ctx, plural, type);
  }
}

type Ask = Context<HubEnv>;

function repoOf(ctx: HubContext, c: Ask, type: RepoType, need: keyof Access) {
  return requireRepo(ctx, c.var.actor, type, `${c.req.param('namespace')}/${c.req.param('name')}`, need);
}

function askRoutes(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name/ask-access` as const;

  app.get(path, async (c) => {
    const actor = requireActor(c.var.actor);
    const repo = await repoOf(ctx, c, type, 'read');
    const own = await findOwnRequest(ctx.db, repo, actor);
    return c.json({ gated: repo.gated ?? false, request: own && toWire(own) });
  });

  app.post(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const repo = await repoOf(ctx, c, type, 'read');
    const fields = await readJsonObject(c.req.raw, 1);
    if (JSON.stringify(fields).length > maxFields)
      throw new HubError('too-large', `the fields hold more than ${maxFields} characters`);
    return c.json(toWire(await askForAccess(ctx, actor, repo, fields)));
  });
}

function decisionRoutes(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name/user-access-request` as const;

  for (const status of requestStatuses) {
    app.get(`${path}/${status}`, async (c) => {
      const repo = await repoOf(ctx, c, type, 'write');
      const query = queryOf(c.req.raw);
      const limit = query.integer('limit', { fallback: pageSize, min: 1, max: pageSize });
      const { offset } = fromCursor(query.get('cursor'), { offset: 0 }) ?? { offset: 0 };
      const found = await listAccessRequests(ctx.db, repo, status, { offset, limit: limit + 1 });
      const more = found.length > limit;
      const link = more ? nextPage(ctx, c.req.raw, { cursor: toCursor({ offset: offset + limit }) }) : {};
      return c.json(found.slice(0, limit).map(toWire), 200, link);
    });
  }

  app.post(`${path}/handle`, async (c) => {
    const repo = await repoOf(ctx, c, type, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const status = optionalWord(body, 'status', requestStatuses);
    if (!status) throw new HubError('invalid-input', `"status" must be one of ${requestStatuses.join(', ')}`);
    // Newer clients name the request, older ones the user.
    const requestId = optionalText(body, 'requestId', 100);
    const which = requestId ? { requestId } : { user: requiredText(body, 'user', 100) };
    const rejectionReason = optionalText(body, 'rejectionReason', 200);
    await decideAccess(ctx, c.var.actor!, repo, { which, status, rejectionReason });
    return c.json({});
  });

  app.post(`${path}/grant`, async (c) => {
    const repo = await repoOf(ctx, c, type, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const user = await requireAccount(ctx.db, requiredText(body, 'user', 100), 'user');
    if (repo.gated === null) throw new HubError('invalid-input', `${repo.fullName} is not gated`);
    await grantAccess(ctx, c.var.actor!, repo, user.id);
    return c.json({});
  });
}

function toWire(request: AccessRequest): WireAccessRequest {
  const { id, user, status, fields, rejectionReason, askedAt } = request;
  return {
    requestId: id,
    user: {
      _id: user.id,
      user: user.name,
      fullname: user.fullname || user.name,
      type: 'user',
      avatarUrl: '',
      ...(user.email && { email: user.email }),
    },
    status,
    timestamp: toWireDate(askedAt),
    fields,
    ...(rejectionReason && { rejectionReason }),
  };
}
