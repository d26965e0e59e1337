import type { MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';

/** Headers that a client in a browser needs to read. */
const exposed = [
  'ETag',
  'Link',
  'Content-Range',
  'Accept-Ranges',
  'Content-Length',
  'X-Repo-Commit',
  'X-Linked-Size',
  'X-Linked-ETag',
  'X-Error-Code',
  'X-Error-Message',
  'X-Request-Id',
  'X-Total-Count',
  'Location',
];

/** Any page may ask with a token of its own. Cookies are never sent along: `*` forbids it. */
export function cors(): MiddlewareHandler {
  return honoCors({
    origin: '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'range', 'accept'],
    exposeHeaders: exposed,
    maxAge: 86_400,
  });
}
