import type { HubConnection, ListQuery } from '@assay/client';
import type { WireRepoInfo } from '@assay/spec';
import { required, take } from './answers.ts';

const PAGE = 40;

export interface RepoListing {
  search: string;
  /** Tags that all of them carry. */
  filter: string[];
  repos: WireRepoInfo[];
  /** How many the next, longer page shows; null when all are shown. */
  more: number | null;
}

/** One kind of repos, newest change first; `?search=` and `?filter=TAG` narrow, `?show=` lengthens. */
export async function readRepoList(
  list: (hub: HubConnection, query: ListQuery) => AsyncIterable<WireRepoInfo>,
  hub: HubConnection,
  url: URL,
): Promise<RepoListing> {
  const search = url.searchParams.get('search')?.trim() ?? '';
  const filter = url.searchParams.getAll('filter').concat(url.searchParams.getAll('benchmark'));
  const show = Math.min(1000, Math.max(PAGE, Number(url.searchParams.get('show')) || PAGE));
  const query: ListQuery = {
    sort: 'lastModified',
    limit: show + 1,
    ...(search ? { search } : {}),
    ...(filter.length ? { filter } : {}),
  };
  const { items, more } = await required(take(list(hub, query), show));
  return { search, filter, repos: items, more: more ? show + PAGE : null };
}
