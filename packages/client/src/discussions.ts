import type {
  ClosingReason,
  WireCreatedDiscussion,
  WireDiscussionDetails,
  WireDiscussionList,
  WireDiscussionRow,
} from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';
import { apiPath, type RepoRef } from './routes.ts';

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
): AsyncIterable<WireDiscussionRow> {
  for (let p = 0; ; p += 1) {
    const page = await askJson<WireDiscussionList>(connection, apiPath(repo, '/discussions'), {
      query: { ...filter, p },
    });
    yield* page.discussions;
    if (page.discussions.length === 0 || page.start + page.discussions.length >= page.count) return;
  }
}

export function readDiscussion(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  options: { diff?: boolean } = {},
): Promise<WireDiscussionDetails> {
  return askJson(connection, route(repo, num), { query: options.diff ? { diff: 1 } : {} });
}

export function createDiscussion(
  connection: HubConnection,
  repo: RepoRef,
  fresh: { title: string; description: string; pullRequest?: boolean },
): Promise<WireCreatedDiscussion> {
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

/** Closes or reopens; `reason` is Assay's own, other hubs pass over it. A merged pull request can do neither. */
export async function setStatus(
  connection: HubConnection,
  repo: RepoRef,
  num: number,
  status: 'open' | 'closed',
  said: { comment?: string; reason?: ClosingReason } = {},
): Promise<void> {
  const json = { status, ...said };
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
