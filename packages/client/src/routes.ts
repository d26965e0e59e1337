import type { RepoType } from '@assay/spec';

/** A repo on some hub: its type and `namespace/name`. */
export interface RepoRef {
  type: RepoType;
  name: string;
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** `/api/models/ns/name`, with an optional tail that is already encoded. */
export function apiPath(repo: RepoRef, tail = ''): string {
  return `/api/${repo.type}s/${encodePath(repo.name)}${tail}`;
}

/** `/ns/name`, `/datasets/ns/name`: where pages and files live. */
export function pagePath(repo: RepoRef, tail = ''): string {
  const prefix = repo.type === 'model' ? '' : `${repo.type}s/`;
  return `/${prefix}${encodePath(repo.name)}${tail}`;
}

/** A revision is always one segment: `refs/pr/1` travels as `refs%2Fpr%2F1`. */
export function revisionSegment(revision: string): string {
  return encodeURIComponent(revision);
}

export function filePath(repo: RepoRef, verb: 'resolve' | 'raw', revision: string, path: string): string {
  return pagePath(repo, `/${verb}/${revisionSegment(revision)}/${encodePath(path)}`);
}
