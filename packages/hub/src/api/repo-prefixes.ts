import type { RepoType } from '@assay/spec';

/** What stands before `ns/name` in the addresses of repos, as people and git see them. */
export const repoPrefixes: [prefix: '' | '/datasets' | '/spaces', type: RepoType][] = [
  ['/datasets', 'dataset'],
  ['/spaces', 'space'],
  ['', 'model'], // last: without a prefix it fits the others' addresses too
];

/** `ns/name` from a route's parameters; git may add `.git` to the name. */
export function fullNameOf(namespace: string, name: string): string {
  return `${namespace}/${name.replace(/\.git$/, '')}`;
}
