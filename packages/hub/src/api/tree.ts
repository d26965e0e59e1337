import type { RepoType, WireTreeEntry } from '@assay/spec';
import { toWireDate } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { GitReader } from '../git/reader.ts';
import type { SizedEntry, TreeEntry } from '../git/tree-walk.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawRest } from '../http/raw-path.ts';
import { readBody } from '../http/request-body.ts';
import { locate, mustSpell, orEntryNotFound, type Place } from './locate.ts';
import { nextPage } from './next-page.ts';
import { typePlurals } from './repos.ts';

/** Entries on one page. With `expand` each entry costs a look into the history. */
const pageSizes = { plain: 1000, expanded: 100 };
/** Paths that one request may ask about. */
const maxPaths = 2000;
/** How many segments `/api/models/ns/name/tree` has. */
const restAt = 5;

/** What a repo holds at a revision: whole folders, or the entries at named paths. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const repo = `/api/${plural}/:namespace/:name` as const;

  app.get(`${repo}/tree/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const address = { type, fullName, rest: rawRest(c.req.raw, restAt), exact: mustSpell(c) };
    const place = await locate(ctx, c.var.actor, address, 'read');
    const query = queryOf(c.req.raw);
    const expand = query.flag('expand');
    const most = expand ? pageSizes.expanded : pageSizes.plain;
    const cursor = await parseCursor(place.reader, query.get('cursor'));
    const options = {
      recursive: query.flag('recursive'),
      after: cursor?.after,
      limit: query.integer('limit', { fallback: most, min: 1, max: most }),
    };
    const commit = cursor?.commit ?? place.commit;
    const page = await orEntryNotFound(place, () => readPage({ ...place, commit }, options));
    const body = await toWireEntries(place.reader, commit, page.entries, expand);
    return c.json(body, 200, page.more ? nextPage(ctx, c.req.raw, { cursor: toCursor(commit, body) }) : {});
  });

  app.post(`${repo}/paths-info/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const place = await locate(
      ctx,
      c.var.actor,
      { type, fullName, rest: rawRest(c.req.raw, restAt) },
      'read',
    );
    const { paths, expand } = await readPathsRequest(c.req.raw);
    const found = await Promise.all(paths.map((path) => place.reader.entry(place.commit, path)));
    const entries = found.filter((entry): entry is TreeEntry => entry !== null);
    return c.json(await toWireEntries(place.reader, place.commit, entries, expand));
  });
}

async function readPage(
  { reader, commit, path }: Pick<Place, 'reader' | 'commit' | 'path'>,
  options: { recursive: boolean; after: string | undefined; limit: number },
): Promise<{ entries: TreeEntry[]; more: boolean }> {
  const entries: TreeEntry[] = [];
  for await (const entry of reader.entries(commit, path, options)) {
    if (entries.length === options.limit) return { entries, more: true };
    entries.push(entry);
  }
  return { entries, more: false };
}

/** A page begins behind a path of one commit: a branch that moves between two pages changes neither. */
function toCursor(commit: string, page: WireTreeEntry[]): string {
  return Buffer.from(`${commit}:${page.at(-1)?.path}`).toString('base64url');
}

async function parseCursor(reader: GitReader, cursor: string | undefined) {
  if (!cursor) return null;
  const [, commit, after] =
    /^([0-9a-f]{40}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (!commit || !after || (await reader.resolve(commit)) === null) {
    throw new HubError('invalid-input', 'this cursor is not one of ours');
  }
  return { commit, after };
}

async function toWireEntries(
  reader: GitReader,
  commit: string,
  entries: TreeEntry[],
  expand: boolean,
): Promise<WireTreeEntry[]> {
  const wire = (await reader.sized(entries)).map(toWireEntry);
  if (!expand) return wire;
  const changes = await reader.lastChanges(
    commit,
    entries.map(({ path }) => path),
  );
  const commits = new Map<string, WireTreeEntry['lastCommit']>();
  for (const oid of new Set(changes.values())) {
    const { title, committer } = await reader.commit(oid);
    commits.set(oid, { id: oid, title, date: toWireDate(committer.date) });
  }
  return wire.map((entry) => ({ ...entry, lastCommit: commits.get(changes.get(entry.path) ?? '') }));
}

function toWireEntry(entry: SizedEntry): WireTreeEntry {
  const type = entry.type === 'directory' ? 'directory' : 'file';
  const { oid, size, path, lfs } = entry;
  return {
    type,
    oid,
    size,
    path,
    ...(lfs ? { lfs: { oid: lfs.oid, size: lfs.size, pointerSize: lfs.pointerSize } } : {}),
  };
}

/** Python sends a form, JavaScript sends JSON. */
async function readPathsRequest(request: Request): Promise<{ paths: string[]; expand: boolean }> {
  const text = (await readBody(request, 16)).toString('utf8');
  const body = /json/i.test(request.headers.get('content-type') ?? '')
    ? parseJsonPaths(text)
    : parseFormPaths(text);
  if (body.paths.length > maxPaths)
    throw new HubError('invalid-input', `at most ${maxPaths} paths in one request`);
  return { ...body, paths: body.paths.map((path) => path.replace(/^\/+|\/+$/g, '')).filter(Boolean) };
}

function parseJsonPaths(text: string) {
  const { paths, expand } = parseJson(text);
  const list = typeof paths === 'string' ? [paths] : paths;
  if (!Array.isArray(list) || list.some((path) => typeof path !== 'string')) {
    throw new HubError('invalid-input', '"paths" must be a list of texts');
  }
  return { paths: list as string[], expand: expand === true };
}

function parseJson(text: string): { paths?: unknown; expand?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch (cause) {
    throw new HubError('invalid-input', 'the body is not JSON', { cause });
  }
}

function parseFormPaths(text: string) {
  const form = new URLSearchParams(text);
  const paths = [...form.getAll('paths'), ...form.getAll('paths[]')];
  return { paths, expand: /^(true|1)$/i.test(form.get('expand') ?? '') };
}
