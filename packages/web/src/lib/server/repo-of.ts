import type { RepoRef } from '@assay/client';

/** The repo that a page's address names. */
export function repoOf(params: { prefix?: string; ns: string; name: string }): RepoRef {
  const type = params.prefix === 'datasets' ? 'dataset' : params.prefix === 'spaces' ? 'space' : 'model';
  return { type, name: `${params.ns}/${params.name}` };
}
