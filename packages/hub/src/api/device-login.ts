import type { Context } from 'hono';
import { requireActor } from '../auth/authenticate.ts';
import {
  answerDeviceGrant,
  beginDeviceGrant,
  deviceSeconds,
  findDeviceGrant,
} from '../auth/device-grants.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { optionalFlag, readJsonObject } from '../http/request-body.ts';
import { readForm, refuse } from './oauth-token.ts';

/** Logging in a program that has no browser (RFC 8628): it waits while a person confirms its code on a page. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/oauth/device', async (c) => {
    const clientId = (await readForm(c)).get('client_id') ?? '';
    if (!/^[\x21-\x7e]{1,100}$/.test(clientId)) return refuse(c, 'invalid_request', 'client_id is missing');
    const asking = { clientId, address: c.env?.address ?? 'unknown' };
    const { deviceCode, userCode } = await beginDeviceGrant(ctx, asking);
    const page = `${baseUrl(ctx, c.req.raw)}/device`;
    return c.json({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?code=${userCode}`,
      expires_in: deviceSeconds.expires,
      interval: deviceSeconds.interval,
    });
  });

  confirmRoutes(app, ctx);
}

/** What the page asks and says. Wrong codes count as failed logins, so that nobody tries them through. */
function confirmRoutes(app: HubApp, ctx: HubContext): void {
  const path = '/api/assay/device/:code';

  app.get(path, async (c) => {
    requireActor(c.var.actor, 'write');
    return c.json(await guessing(ctx, c, () => findDeviceGrant(ctx, c.req.param('code'))));
  });

  app.post(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const allow = optionalFlag(await readJsonObject(c.req.raw, 1), 'allow') ?? false;
    await guessing(ctx, c, () => answerDeviceGrant(ctx, actor, c.req.param('code'), allow));
    return c.json({ allowed: allow });
  });
}

async function guessing<T>(ctx: HubContext, c: Context<HubEnv>, look: () => Promise<T>): Promise<T> {
  const address = c.env?.address ?? 'unknown';
  const wait = ctx.failures.waitSeconds(address);
  if (wait > 0)
    throw new HubError('rate-limited', 'too many wrong codes from your address', { retryAfterSeconds: wait });
  ctx.failures.fail(address);
  const found = await look();
  ctx.failures.forgive(address);
  return found;
}
