import { Readable } from 'node:stream';
import type { RepoType } from '@assay/spec';
import { isBucketId } from '../buckets/bucket.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { readBody } from '../http/request-body.ts';
import { assembleBucketShard, assembleShard } from '../lfs/assemble.ts';
import { acceptsXetToken, makeXetToken } from '../lfs/xet-token.ts';
import {
  currentEpoch,
  forgetOldEpochs,
  isServedEpoch,
  openXorbStore,
  readGeneration,
  type XorbStore,
} from '../lfs/xorb-store.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { assertRoom } from '../repos/storage-quota.ts';
import { typePlurals } from './repos.ts';
import { requireContributor } from './require-contributor.ts';

/** A shard names every chunk of its files: 256 MiB describe some 300 GB. */
const maxShardMib = 256;

/**
 * The upload side of Xet, which Python's client prefers for large files. Pieces come in, whole files are kept as LFS
 * objects; reading never needs Xet. Everything not named here must be 404: the client takes any 200 as "already stored".
 */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) tokenRoute(app, ctx, plural, type);
  const cas = '/xet/:repoId{[0-9a-f]{24}}/:epoch{[0-9]{1,6}}/v1' as const;

  app.post(`${cas}/xorbs/default/:hash{[0-9a-f]{64}}`, async (c) => {
    const xorbs = await requireXorbs(ctx, c.req.raw, c.req.param());
    const isNew = await xorbs.put(c.req.param('hash'), c.req.raw.body ?? Readable.from([]));
    return c.json({ was_inserted: isNew });
  });

  app.post(`${cas}/shards`, async (c) => {
    const xorbs = await requireXorbs(ctx, c.req.raw, c.req.param());
    const id = c.req.param('repoId');
    const assemble = (await isBucketId(ctx.db, id)) ? assembleBucketShard : assembleShard;
    await assemble(ctx, id, xorbs, await readBody(c.req.raw, maxShardMib));
    return c.json({ result: 1 });
  });
}

function tokenRoute(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  // The revision may be the word "None"; what may be uploaded does not depend on it.
  app.get(`/api/${plural}/:namespace/:name/xet-write-token/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'read');
    await requireContributor(ctx, c.var.actor, repo, true);
    await assertRoom(ctx, repo.ownerId, 1); // told before the pieces are sent
    return giveUploadToken(ctx, c.req.raw, repo.id);
  });
}

/** Leave to send pieces of large files to one repo or bucket, and the address to send them to. */
export async function giveUploadToken(ctx: HubContext, request: Request, id: string): Promise<Response> {
  const now = ctx.clock();
  const restored = await readGeneration(ctx.db);
  await forgetOldEpochs(ctx.pieces, id, (epoch) => isServedEpoch(epoch, now, restored));
  const { token, expires } = makeXetToken(ctx.signingKey, id, now);
  const casUrl = `${baseUrl(ctx, request)}/xet/${id}/${currentEpoch(now, restored)}`;
  const headers = {
    'x-xet-access-token': token,
    'x-xet-token-expiration': String(expires),
    'x-xet-cas-url': casUrl,
  };
  return Response.json({ accessToken: token, exp: expires, casUrl }, { headers });
}

async function requireXorbs(
  ctx: HubContext,
  request: Request,
  at: { repoId: string; epoch: string },
): Promise<XorbStore> {
  if (!acceptsXetToken(ctx.signingKey, request.headers.get('authorization'), at.repoId, ctx.clock())) {
    throw new HubError('bad-credentials', 'this upload token is not good any more; ask for another');
  }
  if (!isServedEpoch(Number(at.epoch), ctx.clock(), await readGeneration(ctx.db)))
    throw new HubError('not-found', 'ask for a new upload address');
  return openXorbStore(ctx.pieces, at.repoId, Number(at.epoch));
}
