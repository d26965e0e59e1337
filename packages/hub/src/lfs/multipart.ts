import { join } from 'node:path';
import type { WireLfsAction } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { heldSize, storeObject } from './objects.ts';
import { forgetOldParts, openPartStore, type PartStore } from './part-store.ts';
import { type Grant, grantSeconds } from './signed-url.ts';

/** How an object is cut: parts of `chunk` bytes, the last one what is left. */
interface Cut {
  chunk: number;
  count: number;
}

function cutOf(ctx: Pick<HubContext, 'config'>, size: number): Cut {
  const chunk = ctx.config.lfsPartMib * 2 ** 20;
  return { chunk, count: Math.ceil(size / chunk) };
}

/** How many parts an object of so many bytes is better sent in. */
export function partCount(ctx: Pick<HubContext, 'config'>, size: number): number {
  return cutOf(ctx, size).count;
}

/** The upload action in the Hub's form: an address for each part under its number, and one that completes the whole. */
export function toMultipartAction(
  ctx: Pick<HubContext, 'config'>,
  size: number,
  sign: (action: Grant['action'], bytes: number, part?: number) => string,
): WireLfsAction {
  const { chunk, count } = cutOf(ctx, size);
  const parts = Array.from({ length: count }, (_, at) => {
    const bytes = Math.min(chunk, size - at * chunk);
    return [String(at + 1).padStart(5, '0'), sign('part', bytes, at + 1)];
  });
  const header = { chunk_size: String(chunk), ...Object.fromEntries(parts) };
  return { href: sign('complete', size), header, expires_in: grantSeconds };
}

/** Keeps one part. @returns what the client must send back as its `etag` */
export async function putPart(
  ctx: HubContext,
  { repoId, oid, size, part }: Grant,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  await forgetOldParts(rootOf(ctx), ctx.clock(), 2 * grantSeconds);
  return partsOf(ctx, repoId, oid).put(part ?? 0, bytes, size);
}

/** Completions under way in this process: a client that asks again waits for the first. */
const completing = new Map<string, Promise<void>>();

/**
 * Makes the object of its parts, and lets go of them. Asked again, it says the same again.
 * @throws HubError `invalid-input` when parts are missing, or the whole is not what was announced
 */
export function completeParts(ctx: HubContext, grant: Grant): Promise<void> {
  const key = `${rootOf(ctx)} ${grant.repoId} ${grant.oid}`;
  const running = completing.get(key);
  if (running !== undefined) return running;
  const work = assemble(ctx, grant).finally(() => completing.delete(key));
  completing.set(key, work);
  return work;
}

async function assemble(ctx: HubContext, { repoId, oid, size }: Grant): Promise<void> {
  if ((await heldSize(ctx.db, repoId, oid)) === size) return;
  const { count } = cutOf(ctx, size);
  const parts = partsOf(ctx, repoId, oid);
  const missing = await parts.missing(count);
  if (missing.length > 0) {
    const some = missing.slice(0, 10).join(', ');
    throw new HubError('invalid-input', `${missing.length} of ${count} parts never came: ${some}`);
  }
  try {
    await storeObject(ctx, repoId, parts.read(count), { sha256: oid, size });
  } catch (error) {
    // Another process may have completed it, and taken the parts away, while this one read them.
    if ((await heldSize(ctx.db, repoId, oid)) !== size) throw error;
  }
  await parts.remove();
}

function partsOf(ctx: HubContext, repoId: string, oid: string): PartStore {
  return openPartStore(rootOf(ctx), repoId, oid);
}

function rootOf(ctx: HubContext): string {
  return join(ctx.paths.root, 'parts');
}
