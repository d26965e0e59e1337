import type { WireEvalResult, WireRepoInfo } from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';
import { listPages } from './listing.ts';
import { apiPath, type RepoRef, revisionSegment } from './routes.ts';

export interface ListQuery {
  search?: string;
  author?: string;
  filter?: string[];
  sort?: 'createdAt' | 'downloads' | 'lastModified' | 'likes' | 'trendingScore';
  /** Page size that the hub may lower; the iteration goes on past it. */
  limit?: number;
  full?: boolean;
  expand?: string[];
}

/** Makes a repo. With `existOk` an existing one is no error. Gives the repo's page. */
export async function createRepo(
  connection: HubConnection,
  repo: RepoRef,
  options: { private?: boolean; existOk?: boolean } = {},
): Promise<{ url: string; existed: boolean }> {
  const response = await send(connection, '/api/repos/create', {
    method: 'POST',
    json: { ...nameParts(repo), type: repo.type, visibility: options.private ? 'private' : 'public' },
    ...(options.existOk ? { accept: [409] } : {}),
  });
  const answer = (await response.json()) as { url: string };
  return { url: answer.url, existed: response.status === 409 };
}

export async function deleteRepo(connection: HubConnection, repo: RepoRef): Promise<void> {
  const json = { ...nameParts(repo), type: repo.type };
  await send(connection, '/api/repos/delete', { method: 'DELETE', json });
}

/** Facts of a repo at a revision (default: the head of its default branch). */
export function repoInfo(
  connection: HubConnection,
  repo: RepoRef,
  options: { revision?: string; expand?: string[]; blobs?: boolean } = {},
): Promise<WireRepoInfo> {
  const tail = options.revision ? `/revision/${revisionSegment(options.revision)}` : '';
  const query = { expand: options.expand, ...(options.blobs ? { blobs: true } : {}) };
  return askJson(connection, apiPath(repo, tail), { query });
}

/** The results on a model's main branch and in its open pull requests. */
export async function readEvalResults(connection: HubConnection, model: string): Promise<WireEvalResult[]> {
  const info = await repoInfo(connection, { type: 'model', name: model }, { expand: ['evalResults'] });
  return info.evalResults ?? [];
}

export function listModels(connection: HubConnection, query: ListQuery = {}): AsyncIterable<WireRepoInfo> {
  return listPages(connection, '/api/models', { query: { ...query } });
}

export function listDatasets(connection: HubConnection, query: ListQuery = {}): AsyncIterable<WireRepoInfo> {
  return listPages(connection, '/api/datasets', { query: { ...query } });
}

function nameParts(repo: RepoRef): { organization: string | null; name: string } {
  const [namespace, name] = repo.name.split('/');
  return name === undefined ? { organization: null, name: repo.name } : { organization: namespace!, name };
}
