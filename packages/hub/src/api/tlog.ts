import { parseTilePath, tileWidth } from '@assay/proof';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawPath } from '../http/raw-path.ts';
import { listLeaves, readLeaf, readLeafOfAct } from '../tlog/leaves.ts';
import { readKeySet } from '../tlog/signing-keys.ts';

const prefix = '/tlog/';
const plainText = 'text/plain; charset=utf-8';
/** What never changes may be kept for ever; a partial tile is soon replaced by a larger one. */
const forEver = 'public, max-age=31536000, immutable';
const forAnHour = 'public, max-age=3600';
const notAtAll = 'no-cache';

/** The transparency log as C2SP tlog-tiles has it, and its leaves with what proves and opens them. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/tlog/checkpoint', async (c) => {
    const published = await ctx.tlog.published();
    if (!published) throw new HubError('not-found', 'no checkpoint is published yet');
    return c.body(published.note, 200, { 'content-type': plainText, 'cache-control': notAtAll });
  });

  app.get('/tlog/vkey', (c) =>
    c.body(`${ctx.tlog.verifierKey}\n`, 200, { 'content-type': plainText, 'cache-control': forAnHour }),
  );

  app.get('/tlog/tile/*', async (c) => {
    const path = rawPath(c.req.url).slice(prefix.length);
    const named = parseTilePath(path);
    const bytes = named && (await ctx.tlog.tile(named.kind, named.address));
    if (!bytes) throw new HubError('not-found', `the transparency log has no ${path.slice(0, 100)}`);
    const isFull = named.address.width === tileWidth;
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': 'application/octet-stream',
      'cache-control': isFull ? forEver : forAnHour,
    });
  });

  app.get('/.well-known/jwks.json', async (c) =>
    c.json(await readKeySet(ctx.db), 200, { 'cache-control': notAtAll }),
  );

  app.get('/api/assay/tlog/leaves', async (c) => {
    const query = queryOf(c.req.raw);
    const before = query.get('before');
    const limit = query.integer('limit', { fallback: 50, min: 1, max: 500 });
    return c.json(await listLeaves(ctx, { before: before === undefined ? null : toNumber(before), limit }));
  });

  app.get('/api/assay/tlog/leaves/:index', async (c) =>
    c.json(await readLeaf(ctx, c.var.actor, toNumber(c.req.param('index')))),
  );

  app.get('/api/assay/tlog/acts/:seq', async (c) =>
    c.json(await readLeafOfAct(ctx, c.var.actor, toNumber(c.req.param('seq')))),
  );
}

function toNumber(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new HubError('not-found', `${text.slice(0, 40)} is no whole number`);
  return value;
}
