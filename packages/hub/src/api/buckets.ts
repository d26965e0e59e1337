import type { Actor } from '../auth/actor.ts';
import { type Bucket, createBucket, findBucket } from '../buckets/bucket.ts';
import { type BucketChange, changeBucket, listBucketFiles } from '../buckets/bucket-files.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { readBody, readJsonObject } from '../http/request-body.ts';
import { requireJobOwner } from '../jobs/job.ts';
import { assertRoom } from '../repos/storage-quota.ts';
import { giveUploadToken } from './xet.ts';

const one = '/api/buckets/:namespace/:name' as const;
/** Changes in one request, in MiB of text. */
const maxBatchMib = 8;

/** As much of the Hub's Buckets as its clients need to bring a script to a job. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post(one, async (c) => {
    const { namespace, name } = c.req.param();
    const { owner } = await requireJobOwner(ctx, c.var.actor, namespace, 'write');
    await readJsonObject(c.req.raw, 1);
    const { id } = await createBucket(ctx, owner.id, name);
    return c.json({ url: `${baseUrl(ctx, c.req.raw)}/buckets/${owner.name}/${name}`, id });
  });

  app.get(`${one}/xet-write-token`, async (c) => {
    const bucket = await requireBucket(ctx, c.var.actor, c.req.param(), 'write');
    await assertRoom(ctx, bucket.ownerId, 1); // told before the pieces are sent
    return giveUploadToken(ctx, c.req.raw, bucket.id);
  });

  app.post(`${one}/batch`, async (c) => {
    const bucket = await requireBucket(ctx, c.var.actor, c.req.param(), 'write');
    const changes = readChanges((await readBody(c.req.raw, maxBatchMib)).toString('utf8'));
    await changeBucket(ctx, bucket, changes);
    return c.json({ success: true, processed: changes.length, succeeded: changes.length, failed: [] });
  });

  app.get(`${one}/tree`, async (c) => {
    const bucket = await requireBucket(ctx, c.var.actor, c.req.param(), 'read');
    const files = await listBucketFiles(ctx.db, bucket.id, '');
    return c.json(files.map(({ path, size }) => ({ type: 'file', path, size })));
  });
}

async function requireBucket(
  ctx: HubContext,
  actor: Actor | null,
  at: { namespace: string; name: string },
  need: 'read' | 'write',
): Promise<Bucket> {
  const { owner } = await requireJobOwner(ctx, actor, at.namespace, need);
  const bucket = await findBucket(ctx.db, owner.id, at.name);
  if (bucket) return bucket;
  throw new HubError('repo-not-found', `there is no bucket ${at.namespace}/${at.name}`);
}

function readChanges(text: string): BucketChange[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readChange);
}

function readChange(line: string): BucketChange {
  const bad = () => new HubError('invalid-input', `a line of the batch is no change: ${line.slice(0, 100)}`);
  let value: { type?: unknown; path?: unknown; xetHash?: unknown } | null;
  try {
    value = JSON.parse(line);
  } catch {
    throw bad();
  }
  const { type, path, xetHash } = value ?? {};
  if (typeof path !== 'string') throw bad();
  if (type === 'deleteFile') return { kind: 'delete', path };
  if (type === 'addFile' && typeof xetHash === 'string' && /^[0-9a-f]{64}$/.test(xetHash))
    return { kind: 'add', path, xetHash };
  throw bad();
}
