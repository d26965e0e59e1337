import type { HubContext } from '../context.ts';

/**
 * The origin that URLs in an answer begin with: the configured public one, else that of a trusted proxy, else the one
 * the client used. Clients compare hosts by letter, so `localhost` is not `127.0.0.1`.
 */
export function baseUrl(ctx: Pick<HubContext, 'config'>, request: Request): string {
  if (ctx.config.publicUrl) return ctx.config.publicUrl;
  const url = new URL(request.url);
  if (!ctx.config.trustProxy) return url.origin;
  const host = firstOf(request.headers.get('x-forwarded-host')) ?? url.host;
  const proto = firstOf(request.headers.get('x-forwarded-proto')) ?? url.protocol.slice(0, -1);
  return URL.parse(`${proto}://${host}`)?.origin ?? url.origin;
}

/** Proxies append to a list; the first one is what the client asked. */
function firstOf(header: string | null): string | null {
  return header?.split(',')[0]?.trim() || null;
}
