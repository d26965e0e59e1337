import type { HubContext } from '../context.ts';
import { baseUrl } from '../http/base-url.ts';
import { rawPath } from '../http/raw-path.ts';

/**
 * The `Link` header that leads to the next page: the same request with some parameters replaced. Clients want it
 * absolute, and a space behind the semicolon.
 */
export function nextPage(
  ctx: Pick<HubContext, 'config'>,
  request: Request,
  replaced: Record<string, string>,
): { link: string } {
  const query = new URL(request.url).searchParams;
  for (const [key, value] of Object.entries(replaced)) query.set(key, value);
  return { link: `<${baseUrl(ctx, request)}${rawPath(request.url)}?${query}>; rel="next"` };
}
