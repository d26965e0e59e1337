import { askJson, type HubConnection, send } from './connection.ts';
import { apiPath, type RepoRef } from './routes.ts';

export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export interface DiscussionRow {
  num: number;
  title: string;
  status: DiscussionStatus;
  isPullRequest: boolean;
  createdAt: string;
  author?: { name: string; fullname?: string; avatarUrl?: string };
  repo: { name: string; type: string };
  numComments?: number;
}

export interface DiscussionEvent {
  id: string;
  type: string;
  createdAt: string;
  author?: { name: string };
  data: Record<string, unknown>;
}

export interface DiscussionDetails extends DiscussionRow {
  events: DiscussionEvent[];
  changes?: { base: string; mergeCommitId?: string };
  filesWithConflicts?: string[] | true;
  /** Unified diff of base to head; only when asked for. */
  diff?: string;
}

export interface DiscussionFilter {
  type?: 'discussion' | 'pull_request';
  /** `closed` includes merged ones. */
  status?: 'open' | 'closed';
  author?: string;
}

/** Walks a repo's discussions and pull requests, page by page (this list counts pages, it has no Link). */
export async function* listDiscussions(
  connection: HubConnection,
  repo: RepoRef,
  filter: DiscussionFilter = {},
): AsyncIterable<DiscussionRow> {
  interface Page {
    discussions: DiscussionRow[];
    count: number;
    start: number;
  }
  for (let p = 0; ; p += 1) {
    const page = await askJson<Page>(connection, apiPath(repo, '/discussions'), { query: { ...filter, p } });
    yield* page.discussions;
    if (page.discussions.length === 0 || page.start + page.discussions.length >= page.count) return;
  }
}

export function readDiscussion(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  options: { diff?: boolean } = {},
): Promise<DiscussionDetails> {
  return askJson(connection, route(repo, num), { query: options.diff ? { diff: 1 } : {} });
}

export function createDiscussion(
  connection: HubConnection,
  repo: RepoRef,
  fresh: { title: string; description: string; pullRequest?: boolean },
): Promise<{ num: number; url: string }> {
  const json = { ...fresh, pullRequest: fresh.pullRequest ?? false };
  return askJson(connection, apiPath(repo, '/discussions'), { method: 'POST', json });
}

export async function addComment(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  comment: string,
): Promise<void> {
  await send(connection, route(repo, num, '/comment'), { method: 'POST', json: { comment } });
}

/** Closes or reopens. A merged pull request can do neither. */
export async function setStatus(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  status: 'open' | 'closed',
  comment?: string,
): Promise<void> {
  const json = comment === undefined ? { status } : { status, comment };
  await send(connection, route(repo, num, '/status'), { method: 'POST', json });
}

export async function setTitle(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  title: string,
): Promise<void> {
  await send(connection, route(repo, num, '/title'), { method: 'POST', json: { title } });
}

/** Merges a pull request into its base branch; `conflict` when both sides changed the same lines. */
export async function mergePullRequest(connection: HubConnection, repo: RepoRef, num: number): Promise<void> {
  await send(connection, route(repo, num, '/merge'), { method: 'POST' });
}

function route(repo: RepoRef, num: number, tail = ''): string {
  return apiPath(repo, `/discussions/${num}${tail}`);
}
