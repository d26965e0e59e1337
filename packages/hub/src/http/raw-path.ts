import { HubError } from '../errors.ts';

/**
 * The path of a URL as it was sent, still percent-encoded, with one leading slash: some clients join a base that ends in
 * a slash with a path that begins with one.
 */
export function rawPath(url: string): string {
  const address = url.replace(/[?#].*$/s, '');
  const start = address.indexOf('/', address.indexOf('://') + 3);
  return start === -1 ? '/' : address.slice(start).replace(/^\/+/, '/');
}

/** What follows the first `skip` segments of a request's path, still encoded: `rawRest(r, 5)` of `/api/models/a/m/tree/main/x` is `main/x`. */
export function rawRest(request: Request, skip: number): string {
  return rawPath(request.url)
    .split('/')
    .slice(skip + 1)
    .join('/');
}

/** Decodes one percent-encoded segment; a stray `%`, as clients that do not encode send it, stays as it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export interface RevisionAndPath {
  /** As the client names it, decoded: `main`, `refs/pr/1`, a commit. */
  revision: string;
  /** 40-hex commit it stands for. */
  commit: string;
  /** Decoded, without slashes at either end; empty for the root. */
  path: string;
}

const shorthand = /^(refs\/(?:pr|convert)\/[^/]+)(?:\/(.*))?$/s;
/** Branches with slashes are found by trying prefixes; names of more segments than this are not. */
const longestName = 12;

/**
 * Splits `revision/path` as clients send it: one encoded segment (`refs%2Fpr%2F1/a`), raw pull request and conversion
 * refs (`refs/pr/1/a`), and branch names with slashes, raw.
 * @param rest what follows `tree/`, `resolve/` and the like, still encoded (see `rawRest`)
 * @param tryResolve the commit of a revision, or null
 * @throws HubError `revision-not-found`
 */
export async function parseRevisionAndPath(
  rest: string,
  tryResolve: (revision: string) => Promise<string | null>,
): Promise<RevisionAndPath> {
  const segments = rest
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const known = shorthand.exec(segments.join('/'));
  if (known) return attempt(known[1]!, known[2] ?? '', tryResolve);
  const first = segments[0] ?? '';
  const commit = first && (await tryResolve(first));
  if (commit) return { revision: first, commit, path: segments.slice(1).join('/') };
  for (let length = Math.min(segments.length, longestName); length > 1; length--) {
    const revision = segments.slice(0, length).join('/');
    const found = await tryResolve(revision);
    if (found) return { revision, commit: found, path: segments.slice(length).join('/') };
  }
  throw unknownRevision(first);
}

async function attempt(
  revision: string,
  path: string,
  tryResolve: (revision: string) => Promise<string | null>,
): Promise<RevisionAndPath> {
  const commit = await tryResolve(revision);
  if (!commit) throw unknownRevision(revision);
  return { revision, commit, path };
}

function unknownRevision(revision: string): HubError {
  return new HubError('revision-not-found', `Invalid rev id: ${revision}`);
}
