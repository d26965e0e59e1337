import type { WireTreeEntry } from '@assay/spec';
import { ClientError } from './client-error.ts';
import { askJson, type HubConnection, sendTo, toUrl } from './connection.ts';
import { listPages } from './listing.ts';
import { apiPath, filePath, type RepoRef, revisionSegment } from './routes.ts';

export interface FileAnswer {
  /** The commit that the revision stood for. */
  commit: string;
  /** Bytes of the whole file, when the hub said so; a range does not change it. */
  size?: number;
  /** Changes exactly when the content changes: git's blob id, or the SHA-256 of an LFS file. */
  etag?: string;
  stream: ReadableStream<Uint8Array>;
}

export interface Range {
  /** First byte, counted from 0. */
  start: number;
  /** Last byte, included; absent: to the end. */
  end?: number;
}

export function listTree(
  connection: HubConnection,
  repo: RepoRef,
  options: { revision?: string; path?: string; recursive?: boolean; expand?: boolean } = {},
): AsyncIterable<WireTreeEntry> {
  const folder = options.path ? `/${encodeURIComponent(options.path)}` : '';
  const tail = `/tree/${revisionSegment(options.revision ?? 'main')}${folder}`;
  const query = { recursive: options.recursive ?? false, expand: options.expand ?? false };
  return listPages(connection, apiPath(repo, tail), { query });
}

/** Facts of those of the paths that exist; the others are simply not in the answer. */
export function readPathsInfo(
  connection: HubConnection,
  repo: RepoRef,
  paths: string[],
  options: { revision?: string; expand?: boolean } = {},
): Promise<WireTreeEntry[]> {
  const tail = `/paths-info/${revisionSegment(options.revision ?? 'main')}`;
  return askJson(connection, apiPath(repo, tail), {
    method: 'POST',
    json: { paths, expand: options.expand ?? false },
  });
}

/**
 * Opens a file at a revision as a stream.
 *
 * Redirects are followed here rather than by fetch: a hub that keeps large files elsewhere names commit, size and
 * digest only on the redirect itself, and the token must not travel to the other host.
 */
export async function resolveFile(
  connection: HubConnection,
  repo: RepoRef,
  path: string,
  options: { revision?: string; range?: Range } = {},
): Promise<FileAnswer> {
  const { range } = options;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (range) headers.range = `bytes=${range.start}-${range.end ?? ''}`;
  let url = toUrl(connection, filePath(repo, 'resolve', options.revision ?? 'main', path));
  const facts = new Headers();
  for (let hops = 0; hops < 5; hops += 1) {
    const response = await sendTo(connection, url, { headers, redirect: 'manual', accept: REDIRECTS });
    for (const name of FACTS) {
      const value = response.headers.get(name);
      if (value !== null && !facts.has(name)) facts.set(name, value);
    }
    const location = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
    if (location === null) return toAnswer(response, facts, path);
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  throw new ClientError('unreadable', `${path}: redirected in a circle`, { status: 310 });
}

/** The whole text of a small file, or null when the revision has none of that name. */
export async function readText(
  connection: HubConnection,
  repo: RepoRef,
  path: string,
  revision?: string,
): Promise<{ text: string; commit: string } | null> {
  try {
    const file = await resolveFile(connection, repo, path, revision === undefined ? {} : { revision });
    return { text: await new Response(file.stream).text(), commit: file.commit };
  } catch (error) {
    if (error instanceof ClientError && error.code === 'entry-not-found') return null;
    throw error;
  }
}

const REDIRECTS = [301, 302, 303, 307, 308];
const FACTS = ['x-repo-commit', 'x-linked-etag', 'x-linked-size', 'etag'];

function toAnswer(response: Response, facts: Headers, path: string): FileAnswer {
  const commit = facts.get('x-repo-commit');
  if (commit === null) {
    const detail = { status: response.status };
    throw new ClientError('unreadable', `${path}: the answer names no commit. Is this a hub?`, detail);
  }
  const size = sizeOf(response, facts);
  const etag = (facts.get('x-linked-etag') ?? facts.get('etag'))?.replace(/^W\//, '').replaceAll('"', '');
  return {
    commit,
    ...(size === undefined ? {} : { size }),
    ...(etag === undefined ? {} : { etag }),
    stream: response.body ?? new Blob([]).stream(),
  };
}

function sizeOf(response: Response, facts: Headers): number | undefined {
  const total = response.headers.get('content-range')?.match(/\/(\d+)$/)?.[1];
  const said = total ?? facts.get('x-linked-size') ?? response.headers.get('content-length');
  return said === null || said === undefined ? undefined : Number(said);
}
