import type { Context } from 'hono';
import { assertSameOrigin } from '../auth/same-origin.ts';
import type { HubContext } from '../context.ts';
import type { HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';

/** Logging a visitor in as someone else is an attack too: a browser must come from our own page. Programs send neither header. */
export function guardForm(ctx: HubContext, c: Context<HubEnv>): void {
  const fromBrowser = c.req.header('origin') ?? c.req.header('sec-fetch-site');
  if (fromBrowser !== undefined && !c.env?.inProcess) assertSameOrigin(ctx, c.req.raw);
}

/** Whether cookies of the answer may be sent over https only. */
export function isSecure(ctx: HubContext, c: Context<HubEnv>): boolean {
  return baseUrl(ctx, c.req.raw).startsWith('https:');
}
