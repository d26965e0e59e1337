import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { baseUrl } from '../http/base-url.ts';

/**
 * A browser sends the session cookie along whoever wrote the page, so an unsafe request with one must say that it comes
 * from this hub's own pages.
 * @throws HubError `cross-origin`
 */
export function assertSameOrigin(ctx: HubContext, request: Request): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  if (request.headers.get('sec-fetch-site') === 'same-origin') return;
  if (request.headers.get('origin') === baseUrl(ctx, request)) return;
  throw new HubError('cross-origin', 'a change by session cookie must come from a page of this hub', {
    hint: 'Programs use a token: Authorization: Bearer hf_…',
  });
}
