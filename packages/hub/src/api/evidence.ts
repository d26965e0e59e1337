import { Readable } from 'node:stream';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { requireEvidence } from '../evidence/find-evidence.ts';
import { listSamples, readSample, sampleFilters } from '../evidence/read-samples.ts';
import { uploadEvidence } from '../evidence/upload-evidence.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';

const path = '/api/assay/evidence/:digest';

/** Logs kept as evidence. All of it is untrusted: JSON or a download, never a page. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/evidence', async (c) => {
    const actor = requireActor(c.var.actor);
    const query = queryOf(c.req.raw);
    const name = query.get('model');
    if (!name) throw new HubError('invalid-input', 'say which model the log is of: ?model=ns/name');
    const model = await requireRepo(ctx, actor, 'model', name, 'discuss');
    const dataset = await datasetOf(ctx, actor, query.get('dataset'));
    const body = c.req.raw.body ?? new Blob([]).stream();
    const { digest, size } = await uploadEvidence(ctx, { actor, model, dataset, body });
    return c.json({ digest, url: `${baseUrl(ctx, c.req.raw)}/evidence/${digest}`, size }, 201);
  });

  app.get(path, async (c) => c.json(await requireEvidence(ctx, c.var.actor, c.req.param('digest'), 'read')));

  app.get(`${path}/samples`, async (c) => {
    const query = queryOf(c.req.raw);
    const evidence = await requireEvidence(ctx, c.var.actor, c.req.param('digest'), 'content');
    const filter = sampleFilters.find((word) => word === (query.get('filter') || 'all'));
    if (!filter) throw new HubError('invalid-input', `filter must be one of ${sampleFilters.join(', ')}`);
    const offset = query.integer('offset', { fallback: 0, max: Number.MAX_SAFE_INTEGER });
    const limit = query.integer('limit', { fallback: 50, min: 1, max: 500 });
    return c.json(await listSamples(ctx, evidence, { offset, limit, filter }));
  });

  app.get(`${path}/samples/:id/:epoch`, async (c) => {
    const evidence = await requireEvidence(ctx, c.var.actor, c.req.param('digest'), 'content');
    return c.json(await readSample(ctx, evidence, c.req.param('id'), Number(c.req.param('epoch'))));
  });

  app.get(`${path}/file`, async (c) => {
    const { digest, size, mediaType } = await requireEvidence(
      ctx,
      c.var.actor,
      c.req.param('digest'),
      'content',
    );
    const name = `${digest}.${mediaType === 'application/zip' ? 'eval' : 'json'}`;
    return c.body(Readable.toWeb(await ctx.blobs.open(digest)) as ReadableStream, 200, {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
      etag: `"${digest}"`,
    });
  });
}

/** The benchmark, when it is on this hub and the actor may know of it; a result may name one that is elsewhere. */
async function datasetOf(ctx: HubContext, actor: Actor, name: string | undefined): Promise<Repo | null> {
  if (!name) return null;
  try {
    return await requireRepo(ctx, actor, 'dataset', name, 'read');
  } catch (error) {
    if (error instanceof HubError && error.code === 'repo-not-found') return null;
    throw error;
  }
}
