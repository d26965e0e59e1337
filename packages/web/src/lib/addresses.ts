import type { Job, ResultRow } from '@assay/client';
import type { RepoType } from '@assay/spec';

/** Address of a repo's first page: models stand at the root, the others below their type. */
export function repoAddress(type: RepoType, fullName: string): string {
  return type === 'model' ? `/${fullName}` : `/${type}s/${fullName}`;
}

export function discussionAddress(type: RepoType, fullName: string, num: number): string {
  return `${repoAddress(type, fullName)}/discussions/${num}`;
}

export function resultAddress(result: Pick<ResultRow, 'id'>): string {
  return `/results/${result.id}`;
}

export function evidenceAddress(digest: string): string {
  return `/evidence/${digest}`;
}

export function jobAddress(job: Pick<Job, 'id' | 'owner'>): string {
  return `/jobs/${job.owner.name}/${job.id}`;
}

/** A file's page at a revision; slashes of the path stay, all else is escaped. */
export function fileAddress(
  type: RepoType,
  fullName: string,
  view: 'tree' | 'blob',
  revision: string,
  path: string,
): string {
  const place = path.split('/').map(encodeURIComponent).join('/');
  return `${repoAddress(type, fullName)}/${view}/${encodeURIComponent(revision)}${place ? `/${place}` : ''}`;
}

/** The file's bytes, answered by the hub itself. */
export function rawAddress(type: RepoType, fullName: string, revision: string, path: string): string {
  const place = path.split('/').map(encodeURIComponent).join('/');
  return `${repoAddress(type, fullName)}/resolve/${encodeURIComponent(revision)}/${place}`;
}

/** Whether text is a link that a page may carry: written by strangers, so only the web's own schemes. */
export function isWebLink(text: string | undefined): text is string {
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
