import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { listDeliveries, sendAgain } from '../webhooks/deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  requireWebhook,
  switchWebhook,
  updateWebhook,
  type Watch,
  type Webhook,
  type WebhookWish,
  webhookDomains,
} from '../webhooks/webhook.ts';

const path = '/api/settings/webhooks';
const maxWatches = 100;
const watchTypes = ['user', 'org', 'model', 'dataset', 'space'] as const;

/** One's own webhooks. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get(path, async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    return c.json((await listWebhooks(ctx.db, actor.id)).map(toWire));
  });

  app.post(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const wish = toWish(await readJsonObject(c.req.raw, 1));
    return c.json({ webhook: toWire(await createWebhook(ctx, actor, wish)) });
  });

  app.get(`${path}/:id`, async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    return c.json({ webhook: toWire(await requireWebhook(ctx.db, actor.id, c.req.param('id'))) });
  });

  app.post(`${path}/:id`, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const before = await requireWebhook(ctx.db, actor.id, c.req.param('id'));
    const wish = toWish({ ...before, secret: undefined, ...(await readJsonObject(c.req.raw, 1)) });
    return c.json({ webhook: toWire(await updateWebhook(ctx, actor, before.id, wish)) });
  });

  app.delete(`${path}/:id`, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    await deleteWebhook(ctx, actor, c.req.param('id'));
    return c.json({});
  });

  for (const [word, on] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post(`${path}/:id/${word}`, async (c) => {
      const actor = requireActor(c.var.actor, 'write');
      return c.json({ webhook: toWire(await switchWebhook(ctx, actor, c.req.param('id'), on)) });
    });
  }

  deliveryRoutes(app, ctx);
}

/** What became of the messages; Assay's own. */
function deliveryRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/webhooks/:id/deliveries', async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    const { id } = await requireWebhook(ctx.db, actor.id, c.req.param('id'));
    return c.json({ deliveries: await listDeliveries(ctx.db, id) });
  });

  app.post('/api/assay/webhooks/:id/deliveries/:delivery/again', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const { id } = await requireWebhook(ctx.db, actor.id, c.req.param('id'));
    await sendAgain(ctx, id, c.req.param('delivery'));
    return c.json({});
  });
}

function toWish(body: Record<string, unknown>): WebhookWish {
  if (body.job !== undefined || body.jobSourceId !== undefined)
    throw new HubError('invalid-input', 'webhooks here call an address; they start no jobs');
  const url = requiredText(body, 'url', 2_000);
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
    throw new HubError('invalid-input', '"url" must be an http or https address without a user name');
  const secret = optionalText(body, 'secret', 500);
  if (secret !== undefined && !/^[\x21-\x7e]*$/.test(secret))
    throw new HubError(
      'invalid-input',
      '"secret" must be printable ASCII without spaces, as it travels in a header',
    );
  const wish = { url, domains: domainsOf(body.domains), watched: watchedOf(body.watched) };
  return secret === undefined ? wish : { ...wish, secret: secret || null };
}

/** Newer clients say `discussion`, older ones `discussions`; none means both. */
function domainsOf(value: unknown): WebhookWish['domains'] {
  const words = value ?? [...webhookDomains];
  const found = Array.isArray(words)
    ? words.map((word) => webhookDomains.find((domain) => word === domain || word === `${domain}s`))
    : [undefined];
  if (found.length > 0 && found.every((domain) => domain !== undefined)) return [...new Set(found)];
  throw new HubError('invalid-input', `"domains" must be a list of ${webhookDomains.join(', ')}`);
}

function watchedOf(value: unknown): Watch[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxWatches)
    throw new HubError('invalid-input', `"watched" must be a list of 1 to ${maxWatches} things`);
  return value.map((one: { type?: unknown; name?: unknown } | null) => {
    const type = watchTypes.find((word) => word === one?.type);
    if (type && typeof one?.name === 'string') return { type, name: one.name };
    throw new HubError(
      'invalid-input',
      `each watched thing needs a "name" and a "type": ${watchTypes.join(', ')}`,
    );
  });
}

function toWire({ disabled, ...webhook }: Webhook): object {
  return {
    ...webhook,
    disabled: disabled === 'after-failures' ? 'suspended-after-failure' : disabled !== null,
  };
}
