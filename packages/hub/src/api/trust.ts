import { formatBundle, parseStatement } from '@assay/proof';
import { toWireDate } from '@assay/spec';
import { acceptCiStatement } from '../attest/accept-ci-statement.ts';
import { readBundle, requireStatement } from '../attest/bundles.ts';
import { importBundle } from '../attest/import-bundle.ts';
import {
  addIssuer,
  changeIssuer,
  issuerKinds,
  type Level,
  levels,
  listIssuers,
  readVerifiedLevel,
  removeIssuer,
  setVerifiedLevel,
} from '../attest/issuers.ts';
import { listKeys, revokeKey, rotateKey } from '../attest/keys.ts';
import type { PublicJwk } from '../attest/public-jwk.ts';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { optionalText, optionalWord, readBody, readJsonObject, requiredText } from '../http/request-body.ts';

const maxBundleMib = 1;

/** Who is believed here and how far, with which keys; statements and bundles. */
export function routes(app: HubApp, ctx: HubContext): void {
  policyRoutes(app, ctx);
  issuerRoutes(app, ctx);
  keyRoutes(app, ctx);
  statementRoutes(app, ctx);
}

function policyRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/trust', async (c) => {
    const published = await ctx.tlog.published();
    return c.json({
      verifiedLevel: await readVerifiedLevel(ctx.db),
      issuers: await listIssuers(ctx.db),
      keys: await listKeys(ctx),
      log: {
        origin: ctx.tlog.origin,
        verifierKey: ctx.tlog.verifierKey,
        ...(published && {
          size: published.size,
          publishedAt: toWireDate(published.publishedAt),
          checkpoint: published.note,
        }),
      },
      witnesses: await listWitnesses(ctx),
    });
  });

  app.put('/api/assay/trust/policy', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    await setVerifiedLevel(ctx, actor, requiredLevel(body, 'verifiedLevel'));
    return c.json({ verifiedLevel: await readVerifiedLevel(ctx.db) });
  });
}

/** Those that the settings name, and how far each has come. */
async function listWitnesses(ctx: HubContext) {
  const rows = await ctx.db.query<{ witness: string; size: number; at: Date }>(
    'SELECT DISTINCT ON (witness) witness, size, at FROM record.tlog_cosignatures ORDER BY witness, size DESC',
  );
  const last = new Map(rows.map((row) => [row.witness, row]));
  return ctx.config.witnesses.map(({ key, verifierKey, url }) => {
    const row = last.get(verifierKey);
    return { name: key.name, verifierKey, url, ...(row && { size: row.size, at: toWireDate(row.at) }) };
  });
}

function issuerRoutes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/trust/issuers', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const kind = optionalWord(body, 'kind', issuerKinds);
    if (!kind) throw new HubError('invalid-input', `"kind" must be one of ${issuerKinds.join(', ')}`);
    const logKey = optionalText(body, 'logKey', 1_000);
    const subject = optionalText(body, 'subject', 1_000);
    const issuer = await addIssuer(ctx, actor, {
      kind,
      name: requiredText(body, 'name', 200),
      url: requiredText(body, 'url', 1_000),
      level: requiredLevel(body, 'level'),
      ...(logKey && { logKey }),
      ...(subject && { subject }),
      keys: keysIn(body) ?? [],
    });
    return c.json(issuer, 201);
  });

  app.patch('/api/assay/trust/issuers/:id', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const level = optionalWord(body, 'level', levels);
    const name = optionalText(body, 'name', 200);
    const keys = keysIn(body);
    const change = { ...(level && { level }), ...(name && { name }), ...(keys && { keys }) };
    return c.json(await changeIssuer(ctx, actor, c.req.param('id'), change));
  });

  app.delete('/api/assay/trust/issuers/:id', async (c) => {
    await removeIssuer(ctx, requireAdmin(c.var.actor), c.req.param('id'));
    return c.body(null, 204);
  });
}

function keyRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/keys', async (c) => c.json({ keys: await listKeys(ctx) }));

  app.post('/api/assay/keys/rotate', async (c) => c.json(await rotateKey(ctx, requireAdmin(c.var.actor))));

  app.post('/api/assay/keys/:id/revoke', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    await revokeKey(ctx, actor, c.req.param('id'), optionalText(body, 'reason', 1_000) ?? '');
    return c.json({ keys: await listKeys(ctx) });
  });
}

function statementRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/statements/:digest', async (c) => {
    const row = await requireStatement(ctx, c.var.actor, c.req.param('digest'));
    return c.json({
      digest: row.digest,
      issuer: { name: row.issuer, kind: row.kind, level: row.level },
      key: { id: row.kid, revoked: row.revoked },
      token: row.token,
      envelope: row.envelope,
      statement: parseStatement(row.payload),
      leaves: {
        ...(row.statementIndex !== null && { statement: row.statementIndex }),
        ...(row.tokenIndex !== null && { token: row.tokenIndex }),
      },
      ...(row.provenance && { origin: { url: row.provenance.url, log: row.provenance.log } }),
      createdAt: toWireDate(row.createdAt),
    });
  });

  app.get('/api/assay/results/:id/bundle', async (c) => {
    const bundle = await readBundle(ctx, c.var.actor, c.req.param('id'));
    return c.body(new Uint8Array(formatBundle(bundle)), 200, { 'content-type': 'application/json' });
  });

  app.post('/api/assay/statements/bundle', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const url = queryOf(c.req.raw).get('url') ?? '';
    if (!URL.canParse(url))
      throw new HubError('invalid-input', '"url" must say where the bundle was pulled from');
    return c.json(await importBundle(ctx, actor, await readBody(c.req.raw, maxBundleMib), url), 201);
  });

  app.post('/api/assay/statements/ci', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, maxBundleMib);
    const payload = Buffer.from(requiredText(body, 'payload', 500_000), 'base64');
    const token = requiredText(body, 'token', 20_000);
    return c.json(await acceptCiStatement(ctx, actor, { payload, token }), 201);
  });
}

function requiredLevel(body: Record<string, unknown>, key: string): Level {
  const level = optionalWord(body, key, levels);
  if (!level) throw new HubError('invalid-input', `"${key}" must be one of ${levels.join(', ')}`);
  return level;
}

/** Keys alone or as a whole JWKS. */
function keysIn(body: Record<string, unknown>): PublicJwk[] | undefined {
  const { keys } = body;
  if (keys === undefined || keys === null) return undefined;
  const list = Array.isArray(keys) ? keys : (keys as { keys?: unknown }).keys;
  if (!Array.isArray(list) || list.length > 100)
    throw new HubError('invalid-input', '"keys" must be a list of at most 100 JWKs');
  return list as PublicJwk[];
}
