import { type RepoType, repoPath, type WireDiscussionDetails, type WireDiscussionList } from '@assay/spec';
import { HubError } from '../errors.ts';
import { type OpenedUrl, openUrl } from '../outbound/open-url.ts';

/** A repo on another hub, asked by nothing but its public endpoints. */
export interface Origin {
  /** Where git fetches from. */
  gitUrl: string;
  /** Its page. */
  pageUrl: string;
  /** Its name as that hub writes it, and whether everybody may read it there. */
  info(): Promise<{ name: string; open: boolean }>;
  /** Rows, page by page. */
  discussions(): AsyncIterable<OriginRow>;
  discussion(num: number): Promise<WireDiscussionDetails>;
  /** Names and commits of the refs of pull requests, for hubs whose git does not show them. */
  pullRequestRefs(): Promise<Map<string, string>>;
  /** A file's bytes. @throws HubError `entry-not-found` when the origin has it no more */
  file(commit: string, path: string): Promise<AsyncIterable<Uint8Array>>;
}

export type OriginRow = WireDiscussionList['discussions'][number];

export interface OriginAddress {
  /** `https://huggingface.co` */
  endpoint: string;
  type: RepoType;
  /** `ns/name` */
  name: string;
  signal: AbortSignal;
}

/** Bytes of one JSON answer, pages of a list, and redirects, at most. */
const maxJson = 32 * 2 ** 20;
const maxPages = 10_000;
const maxHops = 5;

export function createOrigin({ endpoint, type, name, signal }: OriginAddress): Origin {
  const api = `/api/${type}s/${name}`;
  const [namespace = '', own = ''] = name.split('/');
  const page = `/${repoPath(type, { namespace, name: own })}`;
  const open = (path: string) => follow(endpoint, path, signal);
  const json = async <T>(path: string) => readJson<T>(await open(path), `${endpoint}${path}`);
  return {
    gitUrl: `${endpoint}${page}`,
    pageUrl: `${endpoint}${page}`,
    async info() {
      const told = await json<{ id?: unknown; private?: unknown; gated?: unknown }>(api);
      if (typeof told.id !== 'string') throw strange(`${endpoint}${api}`, 'names no repo');
      return { name: told.id, open: told.private !== true && (told.gated ?? false) === false };
    },
    discussions: () => listRows(json, `${api}/discussions`),
    discussion: (num) => json<WireDiscussionDetails>(`${api}/discussions/${num}`),
    async pullRequestRefs() {
      const told = await json<{ pullRequests?: { ref: string; targetCommit: string }[] }>(
        `${api}/refs?include_prs=1`,
      );
      return new Map((told.pullRequests ?? []).map(({ ref, targetCommit }) => [ref, targetCommit]));
    },
    async file(commit, path) {
      const place = path.split('/').map(encodeURIComponent).join('/');
      return (await open(`${page}/resolve/${commit}/${place}`)).body;
    },
  };
}

async function* listRows(json: <T>(path: string) => Promise<T>, path: string): AsyncGenerator<OriginRow> {
  let seen = 0;
  for (let p = 0; p < maxPages; p += 1) {
    const page = await json<WireDiscussionList>(`${path}?p=${p}`);
    if (!Array.isArray(page.discussions)) throw strange(path, 'is no list of discussions');
    yield* page.discussions;
    seen += page.discussions.length;
    if (page.discussions.length === 0 || seen >= page.count) return;
  }
}

/**
 * Follows redirects by hand: the host that an administrator named may be anywhere, the hosts that it names must be on the
 * open internet.
 */
async function follow(endpoint: string, path: string, signal: AbortSignal): Promise<OpenedUrl> {
  const home = new URL(endpoint).origin;
  let url = new URL(path, endpoint);
  for (let hops = 0; hops <= maxHops; hops += 1) {
    const opened = await openUrl(url.href, { allowPrivate: url.origin === home, signal });
    const { location } = opened.headers;
    if (opened.status >= 300 && opened.status < 400 && location) {
      opened.body.destroy();
      url = new URL(location, url);
      continue;
    }
    if (opened.status >= 200 && opened.status < 300) return opened;
    opened.body.destroy();
    throw toRefusal(url, opened);
  }
  throw strange(url.href, 'redirects in a circle');
}

function toRefusal(url: URL, { status, headers }: OpenedUrl): HubError {
  const said = `${url.host} answers ${status} to ${url.pathname}`;
  // Hubs answer 401 for what does not exist: only the code tells.
  if (headers['x-error-code'] === 'RepoNotFound')
    return new HubError('entry-not-found', `${said}: there is no such repo, or it is private`);
  if (status === 404 || status === 410) return new HubError('entry-not-found', said);
  if (status === 401 || status === 403)
    return new HubError(
      'forbidden',
      `${said}: it is private or gated there; only what everybody may read can be mirrored`,
    );
  return new HubError('unreachable-origin', said);
}

async function readJson<T>({ body }: OpenedUrl, where: string): Promise<T> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxJson) throw strange(where, `is longer than ${maxJson} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
  } catch (cause) {
    throw new HubError('unreachable-origin', `${where} answers no JSON: is it a hub?`, { cause });
  }
}

function strange(where: string, what: string): HubError {
  return new HubError('unreachable-origin', `the answer of ${where} ${what}`);
}
