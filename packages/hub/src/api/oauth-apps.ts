import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalFlag, optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { type AppWish, changeApp, createApp, deleteApp, listApps } from '../oauth/apps.ts';
import { parseRedirectUris } from '../oauth/redirect-uris.ts';

/** Apps are registered, changed and taken away by whoever is responsible for them. */
export function routes(app: HubApp, ctx: HubContext): void {
  const path = '/api/assay/oauth/apps';

  app.get(path, async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    return c.json({ apps: await listApps(ctx.db, actor.id) });
  });

  app.post(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const confidential = optionalFlag(body, 'confidential') ?? false;
    return c.json(await createApp(ctx, actor, { ...toWish(body), confidential }), 201);
  });

  app.put(`${path}/:id`, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    await changeApp(ctx, actor, c.req.param('id'), toWish(await readJsonObject(c.req.raw, 1)));
    return c.json({});
  });

  app.delete(`${path}/:id`, async (c) => {
    await deleteApp(ctx, requireActor(c.var.actor, 'write'), c.req.param('id'));
    return c.json({});
  });
}

function toWish(body: Record<string, unknown>): AppWish {
  const homepage = optionalText(body, 'homepage', 2_000)?.trim() || null;
  if (homepage !== null && !/^https?:$/.test(URL.parse(homepage)?.protocol ?? ''))
    throw new HubError('invalid-input', '"homepage" must be an address that begins with https://');
  // People decide by this name: it must not play with the text around it.
  const name = requiredText(body, 'name', 80)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  if (name === '') throw new HubError('invalid-input', '"name" is missing');
  return { name, homepage, redirectUris: parseRedirectUris(body.redirectUris) };
}
