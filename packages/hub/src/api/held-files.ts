import { type RepoType, toWireDate } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { readJsonObject } from '../http/request-body.ts';
import { giveUpFiles, listHeldFiles } from '../lfs/held-files.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { nextPage } from './next-page.ts';
import { typePlurals } from './repos.ts';

const pageSize = 1_000;

/** The large files a repo holds, and giving them up. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name/lfs-files` as const;

  app.get(path, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'write');
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: pageSize, min: 1, max: pageSize });
    const { offset } = fromCursor(query.get('cursor'), { offset: 0 }) ?? { offset: 0 };
    const files = await listHeldFiles(ctx, repo, { offset, limit: limit + 1 });
    const more = files.length > limit;
    const body = files.slice(0, limit).map(({ oid, size, heldSince, place }) => ({
      fileOid: oid,
      oid,
      filename: place?.path ?? '',
      ref: place?.ref ?? null,
      size,
      pushedAt: toWireDate(heldSince),
    }));
    return c.json(
      body,
      200,
      more ? nextPage(ctx, c.req.raw, { cursor: toCursor({ offset: offset + limit }) }) : {},
    );
  });

  app.post(`${path}/batch`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'admin');
    const { deletions } = await readJsonObject(c.req.raw, 1);
    const { sha } = (deletions ?? {}) as { sha?: unknown };
    if (!Array.isArray(sha) || sha.some((oid) => typeof oid !== 'string' || !/^[0-9a-f]{64}$/.test(oid)))
      throw new HubError('invalid-input', '"deletions.sha" must be a list of SHA-256 digests');
    return c.json({ deleted: await giveUpFiles(ctx, c.var.actor!, repo, sha) });
  });
}
