import type { WireCommitAnswer, WireCommitLine, WirePreuploadAnswer } from '@assay/spec';
import { ClientError } from './client-error.ts';
import { askJson, type HubConnection } from './connection.ts';
import { type LargeFile, uploadLargeFile } from './large-files.ts';
import { apiPath, type RepoRef, revisionSegment } from './routes.ts';

/** One change of a commit. `content` may be a Blob of a file on disk: it is then read as a stream where it is large. */
export type FileChange =
  | { kind: 'put'; path: string; content: Uint8Array<ArrayBuffer> | string | Blob }
  | { kind: 'delete'; path: string }
  | { kind: 'delete-folder'; path: string };

export interface CommitRequest {
  summary: string;
  description?: string;
  /** Branch, or `refs/pr/N` to add to a pull request. */
  revision?: string;
  /** Refused with `conflict` when the revision's head is no longer this. */
  parentCommit?: string;
  /** Opens a pull request with these changes instead of moving the branch. Needs no write access. */
  createPullRequest?: boolean;
  changes: FileChange[];
}

export interface CommitAnswer {
  oid: string;
  url: string;
  pullRequest?: { num: number; url: string };
}

/** Files asked about in one preupload request; the hub's own limit is above it. */
const BATCH = 256;
/** Bytes of a file shown to the hub so that it can tell text from binary. */
const SAMPLE = 512;

/** Uploads what is large, then makes the commit: nothing is visible before it. */
export async function createCommit(
  connection: HubConnection,
  repo: RepoRef,
  request: CommitRequest,
): Promise<CommitAnswer> {
  const puts = request.changes
    .filter((change) => change.kind === 'put')
    .map((change) => ({ path: change.path, blob: toBlob(change.content) }));
  const modes = await preupload(connection, repo, request, puts);
  const lines: WireCommitLine[] = [header(request)];
  for (const { path, blob } of puts) {
    if (modes.get(path) === 'lfs') {
      const file: LargeFile = await uploadLargeFile(connection, repo, blob);
      lines.push({ key: 'lfsFile', value: { path, algo: 'sha256', oid: file.oid, size: file.size } });
    } else {
      const content = Buffer.from(await blob.arrayBuffer()).toString('base64');
      lines.push({ key: 'file', value: { path, content, encoding: 'base64' } });
    }
  }
  for (const change of request.changes) {
    if (change.kind === 'delete') lines.push({ key: 'deletedFile', value: { path: change.path } });
    if (change.kind === 'delete-folder') lines.push({ key: 'deletedFolder', value: { path: change.path } });
  }
  return commit(connection, repo, request, lines);
}

function header(request: CommitRequest): WireCommitLine {
  const { summary, description = '', parentCommit } = request;
  return { key: 'header', value: { summary, description, ...(parentCommit ? { parentCommit } : {}) } };
}

async function preupload(
  connection: HubConnection,
  repo: RepoRef,
  request: CommitRequest,
  puts: { path: string; blob: Blob }[],
): Promise<Map<string, 'regular' | 'lfs'>> {
  const modes = new Map<string, 'regular' | 'lfs'>();
  const path = apiPath(repo, `/preupload/${revisionSegment(request.revision ?? 'main')}`);
  for (let at = 0; at < puts.length; at += BATCH) {
    const files = await Promise.all(puts.slice(at, at + BATCH).map(toProbe));
    const query = request.createPullRequest ? { create_pr: 1 } : {};
    const answer = await askJson<WirePreuploadAnswer>(connection, path, {
      method: 'POST',
      json: { files },
      query,
    });
    for (const file of answer.files) modes.set(file.path, file.uploadMode);
  }
  return modes;
}

async function toProbe(put: { path: string; blob: Blob }): Promise<object> {
  const sample = Buffer.from(await put.blob.slice(0, SAMPLE).arrayBuffer()).toString('base64');
  return { path: put.path, size: put.blob.size, sample };
}

async function commit(
  connection: HubConnection,
  repo: RepoRef,
  request: CommitRequest,
  lines: WireCommitLine[],
): Promise<CommitAnswer> {
  const path = apiPath(repo, `/commit/${revisionSegment(request.revision ?? 'main')}`);
  const answer = await askJson<WireCommitAnswer>(connection, path, {
    method: 'POST',
    query: request.createPullRequest ? { create_pr: 1 } : {},
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const base = { oid: answer.commitOid, url: answer.commitUrl };
  if (!request.createPullRequest) return base;
  const num = Number(answer.pullRequestUrl?.match(/\/discussions\/(\d+)$/)?.[1]);
  if (!answer.pullRequestUrl || Number.isNaN(num)) {
    throw new ClientError('unreadable', `${path}: the answer names no pull request`, {
      status: 200,
      body: answer,
    });
  }
  return { ...base, pullRequest: { num, url: answer.pullRequestUrl } };
}

function toBlob(content: Uint8Array<ArrayBuffer> | string | Blob): Blob {
  return content instanceof Blob ? content : new Blob([content]);
}
