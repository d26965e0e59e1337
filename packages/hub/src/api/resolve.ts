import { Readable } from 'node:stream';
import type { RepoType } from '@assay/spec';
import { WIRE_HEADERS } from '@assay/spec';
import { assertNotRedacted } from '../contested/redact-objects.ts';
import type { HubContext } from '../context.ts';
import type { GitReader } from '../git/reader.ts';
import type { SizedEntry } from '../git/tree-walk.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawRest } from '../http/raw-path.ts';
import { heldSize } from '../lfs/objects.ts';
import { type Part, parseByteRange } from './byte-range.ts';
import { contentTypeOf } from './content-type.ts';
import { entryNotFound, locate, mustSpell, type Place } from './locate.ts';
import { repoPrefixes } from './repo-prefixes.ts';

/** Blobs up to this many bytes are read whole; bigger ones (only imported history has them) are streamed. */
const wholeBytes = 16 * 2 ** 20;

/** The bytes of files: `resolve` gives a large file's content, `raw` what git holds, its pointer. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [prefix, type] of repoPrefixes) {
    perPrefix(app, ctx, { prefix, type, verb: 'resolve' });
    perPrefix(app, ctx, { prefix, type, verb: 'raw' });
  }
}

function perPrefix(
  app: HubApp,
  ctx: HubContext,
  { prefix, type, verb }: { prefix: string; type: RepoType; verb: 'resolve' | 'raw' },
): void {
  const restAt = prefix === '' ? 3 : 4;
  app.get(`${prefix}/:namespace/:name/${verb}/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const rest = rawRest(c.req.raw, restAt);
    const address = { type, fullName, rest, exact: mustSpell(c) };
    const place = await locate(ctx, c.var.actor, address, 'content');
    const file = await findFile(ctx, place, verb);
    // Clients say which of their requests are downloads.
    if (c.req.method === 'GET' && c.req.header('x-hf-download-counter'))
      ctx.downloads.note(place.repo.id, c.var.actor?.id ?? c.env?.address ?? 'unknown');
    if (file.elsewhere !== undefined)
      return new Response(null, {
        status: 302,
        headers: { ...headersOf(place, file), location: file.elsewhere },
      });
    const attachment = queryOf(c.req.raw).flag('download');
    return answer(c.req.raw, file, { ...headersOf(place, file), ...disposition(place.path, attachment) });
  });
}

interface File {
  entry: SizedEntry;
  size: number;
  /** Stable name of the content, without quotes. */
  etag: string;
  large: boolean;
  /** Where a mirror's origin has it, when it is not here. */
  elsewhere?: string;
  /** The first bytes, to guess the kind of content from; empty when they are not at hand. */
  sample: Uint8Array;
  open(part: Part | null): Promise<ReadableStream | Uint8Array>;
}

async function findFile(ctx: HubContext, place: Place, verb: 'resolve' | 'raw'): Promise<File> {
  const entry = place.path === '' ? null : await place.reader.entry(place.commit, place.path);
  if (entry?.type !== 'file' && entry?.type !== 'symlink') throw entryNotFound(place.path, place.commit);
  await assertNotRedacted(ctx.db, place.repo.id, [entry.oid]);
  const [sized] = await place.reader.sized([entry]);
  if (sized!.lfs && verb === 'resolve') return largeFile(ctx, place, sized!);
  const size = sized!.lfs?.pointerSize ?? sized!.size;
  if (size > wholeBytes) return streamedFile(place.reader, sized!, size);
  const bytes = await place.reader.blob(entry.oid);
  const open = async (part: Part | null) => (part ? bytes.subarray(part.start, part.end + 1) : bytes);
  return { entry: sized!, size, etag: entry.oid, large: false, sample: bytes.subarray(0, 4096), open };
}

/** A large file is served only by repos it was uploaded to: its digest alone, in a pointer, opens nothing. */
async function largeFile(ctx: HubContext, place: Place, entry: SizedEntry): Promise<File> {
  const { oid } = entry.lfs!;
  const held = await heldSize(ctx.db, place.repo.id, oid);
  const size = held === null ? null : await ctx.blobs.size(oid);
  const { mirrorOf } = place.repo;
  if (size === null && mirrorOf === null) throw entryNotFound(place.path, place.commit);
  const open = async (part: Part | null) =>
    Readable.toWeb(await ctx.blobs.open(oid, part ?? undefined)) as ReadableStream;
  const file = { entry, etag: oid, large: true, sample: new Uint8Array(), open };
  if (size !== null) return { ...file, size };
  const path = place.path.split('/').map(encodeURIComponent).join('/');
  return { ...file, size: entry.lfs!.size, elsewhere: `${mirrorOf}/resolve/${place.commit}/${path}` };
}

function streamedFile(reader: GitReader, entry: SizedEntry, size: number): File {
  const open = async (part: Part | null) =>
    Readable.toWeb(
      Readable.from(slice(reader.blobStream(entry.oid), part ?? { start: 0, end: size - 1 })),
    ) as ReadableStream;
  return { entry, size, etag: entry.oid, large: false, sample: new Uint8Array(), open };
}

async function* slice(stream: AsyncIterable<Uint8Array>, { start, end }: Part): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of stream) {
    if (at + chunk.length > start) yield chunk.subarray(Math.max(0, start - at), end + 1 - at);
    at += chunk.length;
    if (at > end) return;
  }
}

function headersOf(place: Place, file: File): Record<string, string> {
  const linked = {
    [WIRE_HEADERS.linkedEtag]: `"${file.etag}"`,
    [WIRE_HEADERS.linkedSize]: String(file.size),
  };
  return {
    [WIRE_HEADERS.repoCommit]: place.commit,
    etag: `"${file.etag}"`,
    'accept-ranges': 'bytes',
    'content-type': contentTypeOf(place.path, file.sample),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    ...(file.large ? linked : {}),
  };
}

function disposition(path: string, attachment: boolean): Record<string, string> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const kind = attachment ? 'attachment' : 'inline';
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return { 'content-disposition': `${kind}; filename*=UTF-8''${encoded}; filename="${plain}"` };
}

async function answer(request: Request, file: File, headers: Record<string, string>): Promise<Response> {
  const asked = request.headers.get('range');
  // No range fits an empty file, but a client that probes with `bytes=0-0` must learn that it is there.
  if (file.size === 0) {
    const told: Record<string, string> = asked ? { 'content-range': 'bytes */0' } : {};
    return new Response(null, { headers: { ...headers, ...told, 'content-length': '0' } });
  }
  if (request.headers.get('if-none-match') === headers.etag)
    return new Response(null, { status: 304, headers });
  const part = parseByteRange(asked, file.size);
  if (part) headers['content-range'] = `bytes ${part.start}-${part.end}/${file.size}`;
  headers['content-length'] = String(part ? part.end - part.start + 1 : file.size);
  const body = request.method === 'HEAD' ? null : await file.open(part);
  return new Response(body as ReadableStream | null, { status: part ? 206 : 200, headers });
}
