import { Readable } from 'node:stream';
import { type RepoType, WIRE_MEDIA_TYPES } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { readJsonObject } from '../http/request-body.ts';
import { answerBatch, parseBatch } from '../lfs/batch.ts';
import { completeParts, putPart } from '../lfs/multipart.ts';
import { heldSize, storeObject } from '../lfs/objects.ts';
import { type Grant, openGrant } from '../lfs/signed-url.ts';
import { findRepoById, requireRepo } from '../repos/require-repo.ts';
import { parseByteRange } from './byte-range.ts';
import { fullNameOf, repoPrefixes } from './repo-prefixes.ts';
import { requireContributor } from './require-contributor.ts';

const asLfs = { 'content-type': WIRE_MEDIA_TYPES.lfs };

/** Git LFS: the batch call, and the signed URLs that it hands out. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [prefix, type] of repoPrefixes) perPrefix(app, ctx, `${prefix}/:namespace/:name/info/lfs`, type);

  // Clients send no credentials here: the URL is the credential.
  app.put('/lfs/upload/:repoId/:oid', async (c) => {
    const { repoId, oid, size } = await requireGrant(ctx, 'upload', c.req.raw);
    await storeObject(ctx, repoId, c.req.raw.body ?? Readable.from([]), { sha256: oid, size });
    return c.body(null, 200, { etag: `"${oid}"` });
  });

  app.put('/lfs/part/:repoId/:oid', async (c) => {
    const grant = await requireGrant(ctx, 'part', c.req.raw);
    const etag = await putPart(ctx, grant, c.req.raw.body ?? Readable.from([]));
    return c.body(null, 200, { etag: `"${etag}"` });
  });

  app.post('/lfs/complete/:repoId/:oid', async (c) => {
    await completeParts(ctx, await requireGrant(ctx, 'complete', c.req.raw));
    return c.json({}, 200, asLfs);
  });

  app.post('/lfs/verify/:repoId/:oid', async (c) => {
    const { repoId, oid, size } = await requireGrant(ctx, 'verify', c.req.raw);
    if ((await heldSize(ctx.db, repoId, oid)) === size) return c.json({}, 200, asLfs);
    throw new HubError('not-found', 'this object was never uploaded');
  });

  app.get('/lfs/download/:repoId/:oid', async (c) => {
    const { repoId, oid } = await requireGrant(ctx, 'download', c.req.raw);
    const size = await heldSize(ctx.db, repoId, oid);
    if (size === null) throw new HubError('not-found', 'this repo holds no such object any more');
    const part = size === 0 ? null : parseByteRange(c.req.header('range') ?? null, size);
    const headers = {
      etag: `"${oid}"`,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': String(part ? part.end - part.start + 1 : size),
      ...(part ? { 'content-range': `bytes ${part.start}-${part.end}/${size}` } : {}),
    };
    const body =
      c.req.method === 'HEAD' ? null : Readable.toWeb(await ctx.blobs.open(oid, part ?? undefined));
    return new Response(body as ReadableStream | null, { status: part ? 206 : 200, headers });
  });
}

function perPrefix(
  app: HubApp,
  ctx: HubContext,
  path: `${string}/:namespace/:name/info/lfs`,
  type: RepoType,
): void {
  app.post(`${path}/objects/batch`, async (c) => {
    const fullName = fullNameOf(c.req.param('namespace'), c.req.param('name'));
    const batch = parseBatch(await readJsonObject(c.req.raw, ctx.config.maxRequestMib));
    const need = batch.operation === 'download' ? 'content' : 'read';
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, need);
    if (batch.operation === 'upload') await requireContributor(ctx, c.var.actor, repo, true);
    return c.json(await answerBatch(ctx, repo, batch, baseUrl(ctx, c.req.raw)), 200, asLfs);
  });
}

async function requireGrant(ctx: HubContext, action: Grant['action'], request: Request): Promise<Grant> {
  const grant = openGrant(ctx.signingKey, action, new URL(request.url), ctx.clock());
  if (!grant)
    throw new HubError(
      'forbidden',
      'this link is not signed by this hub, or its time is over; ask for another',
    );
  if (!(await findRepoById(ctx.db, grant.repoId)))
    throw new HubError('not-found', 'the repo of this link is gone');
  return grant;
}
