import { buffer } from 'node:stream/consumers';
import { type ByteSource, type LogReader, openLog } from '@assay/engine';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Evidence } from './find-evidence.ts';

const mib = 1024 * 1024;
/** How far a log may expand while the hub reads it, in bytes: its members are decompressed in this process. */
export const evidenceLimits = { entry: 128 * mib, walk: 2048 * mib };
/** Zip logs whose directory is kept read; a page of samples then costs its own bytes. No file stays open. */
const maxOpen = 16;
const openLogs = new WeakMap<HubContext, Map<string, Promise<LogReader>>>();
/** A JSON log has no parts: larger ones are read by downloading them. Bytes. */
const maxJson = 64 * mib;

/**
 * A reader of a kept log. It needs no closing.
 * @throws HubError `too-large` for a JSON log that would have to be held whole
 */
export async function openEvidence(ctx: HubContext, evidence: Evidence): Promise<LogReader> {
  const { digest, size, mediaType } = evidence;
  if (mediaType !== 'application/zip') {
    if (size > maxJson)
      throw new HubError(
        'too-large',
        'a JSON log of this size can be downloaded, not paged; convert it to .eval',
      );
    return openLog(toByteSource(ctx, digest, size), evidenceLimits);
  }
  const known = openLogs.get(ctx) ?? new Map<string, Promise<LogReader>>();
  openLogs.set(ctx, known);
  const reader = known.get(digest) ?? openLog(toByteSource(ctx, digest, size), evidenceLimits);
  known.delete(digest);
  known.set(digest, reader);
  if (known.size > maxOpen) known.delete(known.keys().next().value!);
  reader.catch(() => known.delete(digest));
  return reader;
}

/** A blob as bytes at any place. */
function toByteSource(ctx: HubContext, digest: string, size: number): ByteSource {
  return {
    size,
    async read(offset, length) {
      const end = Math.min(offset + length, size) - 1;
      if (end < offset) return Buffer.alloc(0);
      return buffer(await ctx.blobs.open(digest, { start: offset, end }));
    },
    async close() {},
  };
}
