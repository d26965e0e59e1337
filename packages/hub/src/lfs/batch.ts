import type { WireLfsBatchAnswer, WireLfsObject } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Repo } from '../repos/repo.ts';
import { readStorage } from '../repos/storage-quota.ts';
import { partCount, toMultipartAction } from './multipart.ts';
import { heldSize } from './objects.ts';
import { type Grant, grantSeconds, signGrant } from './signed-url.ts';

export interface Batch {
  operation: 'upload' | 'download';
  /** Whether the client can send an object in parts. */
  multipart: boolean;
  objects: { oid: string; size: number }[];
}

/** Objects of one request. */
const maxObjects = 1000;
/** Addresses of parts in one answer; objects beyond them go whole. */
const maxParts = 10_000;

/** @throws HubError `invalid-input` */
export function parseBatch(body: Record<string, unknown>): Batch {
  const { operation, objects, transfers } = body;
  if (operation !== 'upload' && operation !== 'download') {
    throw new HubError('invalid-input', '"operation" must be upload or download');
  }
  if (!Array.isArray(objects) || objects.length > maxObjects) {
    throw new HubError('invalid-input', `"objects" must be a list of at most ${maxObjects}`);
  }
  const multipart = Array.isArray(transfers) && transfers.includes('multipart');
  return { operation, multipart, objects: objects.map(parseObject) };
}

function parseObject(value: unknown): { oid: string; size: number } {
  const { oid, size } = (value ?? {}) as Record<string, unknown>;
  if (
    typeof oid === 'string' &&
    /^[0-9a-f]{64}$/.test(oid) &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0
  ) {
    return { oid, size: size as number };
  }
  throw new HubError('invalid-input', 'an object needs "oid" (SHA-256, hex) and "size" (bytes)');
}

/** Answers a batch: where each object may be sent to or fetched from. `base` is the hub's origin. */
export async function answerBatch(
  ctx: HubContext,
  repo: Repo,
  batch: Batch,
  base: string,
): Promise<WireLfsBatchAnswer> {
  const answer = batch.operation === 'upload' ? toUpload : toDownload;
  const objects: WireLfsObject[] = [];
  const room = batch.operation === 'upload' ? await createRoom(ctx, repo) : () => null;
  let parts = 0;
  for (const { oid, size } of batch.objects) {
    const held = await heldSize(ctx.db, repo.id, oid);
    const sign: Sign = (action, bytes, part) =>
      base + signGrant(ctx.signingKey, { action, repoId: repo.id, oid, size: bytes, part }, ctx.clock());
    const count = batch.multipart && held === null ? partCount(ctx, size) : 1;
    const multipart = count > 1 && parts + count <= maxParts;
    if (multipart) parts += count;
    const short = room(held === null ? size : 0);
    objects.push(
      short === null ? answer(ctx, { oid, size, held, sign, multipart }) : { oid, size, error: short },
    );
  }
  const inParts = objects.some(({ actions }) => actions?.upload?.header?.chunk_size !== undefined);
  return { transfer: inParts ? 'multipart' : 'basic', objects, hash_algo: 'sha256' };
}

type Fault = NonNullable<WireLfsObject['error']>;

/** Whether one object after the other fits into what its owner may keep. */
async function createRoom(ctx: HubContext, repo: Repo): Promise<(bytes: number) => Fault | null> {
  const { quota, used } = await readStorage(ctx, ctx.db, repo.ownerId);
  let wanted = 0;
  return (bytes) => {
    wanted += bytes;
    if (bytes === 0 || used + wanted <= quota) return null;
    const message = `${repo.namespace} may keep ${quota} bytes and keeps ${used}: this does not fit; delete what is not needed, or ask an administrator for a higher quota`;
    return { code: 507, message };
  };
}

type Sign = (action: Grant['action'], bytes: number, part?: number) => string;

interface Asked {
  oid: string;
  size: number;
  held: number | null;
  /** Whether it is to come in parts. */
  multipart: boolean;
  sign: Sign;
}

function toUpload(ctx: HubContext, { oid, size, held, sign, multipart }: Asked): WireLfsObject {
  const limit = ctx.config.maxLargeFileMib * 2 ** 20;
  if (held !== null) return { oid, size, authenticated: true };
  if (size > limit)
    return { oid, size, error: { code: 422, message: `the hub takes objects up to ${limit} bytes` } };
  // Signed as well: clients that are told "authenticated" send no credentials to either address.
  const actions = {
    upload: multipart
      ? toMultipartAction(ctx, size, sign)
      : { href: sign('upload', size), expires_in: grantSeconds },
    verify: { href: sign('verify', size), expires_in: grantSeconds },
  };
  return { oid, size, authenticated: true, actions };
}

function toDownload(_ctx: HubContext, { oid, size, held, sign }: Asked): WireLfsObject {
  if (held === null) return { oid, size, error: { code: 404, message: 'this repo holds no such object' } };
  const actions = { download: { href: sign('download', held), expires_in: grantSeconds } };
  return { oid, size: held, authenticated: true, actions };
}
