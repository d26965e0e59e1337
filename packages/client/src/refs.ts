import type { WireCommit, WireRefs } from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';
import { listPages } from './listing.ts';
import { apiPath, type RepoRef, revisionSegment } from './routes.ts';

export function readRefs(
  connection: HubConnection,
  repo: RepoRef,
  options: { pullRequests?: boolean } = {},
): Promise<WireRefs> {
  return askJson(connection, apiPath(repo, '/refs'), {
    query: options.pullRequests ? { include_prs: 1 } : {},
  });
}

export function listCommits(
  connection: HubConnection,
  repo: RepoRef,
  options: { revision?: string; limit?: number } = {},
): AsyncIterable<WireCommit> {
  const path = apiPath(repo, `/commits/${revisionSegment(options.revision ?? 'main')}`);
  return listPages(connection, path, { query: { limit: options.limit } });
}

export async function createBranch(
  connection: HubConnection,
  repo: RepoRef,
  name: string,
  startingPoint?: string,
): Promise<void> {
  const json = startingPoint ? { startingPoint } : {};
  await send(connection, apiPath(repo, `/branch/${revisionSegment(name)}`), { method: 'POST', json });
}

export async function createTag(
  connection: HubConnection,
  repo: RepoRef,
  tag: string,
  revision = 'main',
): Promise<void> {
  await send(connection, apiPath(repo, `/tag/${revisionSegment(revision)}`), {
    method: 'POST',
    json: { tag },
  });
}
