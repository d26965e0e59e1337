import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { allRoutes } from '../api/all-routes.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import type { HubApp, HubEnv } from './app.ts';
import { baseUrl } from './base-url.ts';
import { cors } from './cors.ts';
import { isKnownError, toErrorResponse } from './error-map.ts';
import { isViewerHost } from './hub-paths.ts';
import { rateLimit } from './rate-limit.ts';
import { rawPath } from './raw-path.ts';
import { toRequestId } from './request-id.ts';

/** Paths whose `Authorization` header is not a Hub token: signed URLs, the Xet shim's own tokens, and secrets of apps. */
const ownCredentials = /^\/((lfs|xet|v1)\/|oauth\/token$)/;

/** All routes of the hub as one function from Request to Response. Paths are matched as they were sent, undecoded. */
export function createApp(ctx: HubContext): HubApp {
  const app: HubApp = new Hono<HubEnv>({ getPath: (request) => rawPath(request.url) });
  app.use(requestIds(ctx), cors(), withoutBodyOnHead(), notForTheViewer(), whoAsks(ctx), rateLimit(ctx));
  for (const routes of allRoutes) routes(app, ctx);
  app.notFound(notFound);
  app.onError((error, c) => {
    const site = {
      anonymous: (c.get('actor') ?? null) === null,
      path: rawPath(c.req.url),
      search: new URL(c.req.url).search,
      base: baseUrl(ctx, c.req.raw),
      requestId: c.get('requestId'),
    };
    if (!isKnownError(error))
      ctx.log.error('request failed', error, { request: site.requestId, path: site.path });
    return toErrorResponse(error, site);
  });
  return app;
}

function notFound(c: Context<HubEnv>): Response {
  const headers = { 'x-error-message': 'not found', 'x-error-code': 'not-found' };
  return c.json({ error: 'not found', code: 'not-found' }, 404, headers);
}

/** `datasets` asks a second host about each data set before it reads files, and waits long for its word. */
function notForTheViewer(): MiddlewareHandler<HubEnv> {
  return async (c, next) => (isViewerHost(new URL(c.req.url).host) ? notFound(c) : next());
}

function requestIds(ctx: HubContext): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    const id = toRequestId(c.req.header('x-request-id') ?? c.req.header('x-amzn-trace-id'));
    c.set('requestId', id);
    const begin = ctx.clock().getTime();
    await next();
    c.res.headers.set('x-request-id', id);
    c.res.headers.set('date', new Date(begin).toUTCString());
  };
}

/** HEAD runs the GET route; its body is dropped here, and closed, so that no file stays open. */
function withoutBodyOnHead(): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    await next();
    if (c.req.method !== 'HEAD' || !c.res.body) return;
    const body = c.res.body;
    c.res = new Response(null, c.res);
    await body.cancel();
  };
}

function whoAsks(ctx: HubContext): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    c.set('actor', null);
    if (!ownCredentials.test(rawPath(c.req.url))) c.set('actor', await authenticate(ctx, c.req.raw, c.env));
    await next();
  };
}
