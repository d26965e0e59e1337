import { listTree, readRefs } from '@assay/client';
import { repoAddress } from '#lib/addresses.ts';
import { optional, required, take } from '#lib/server/answers.ts';
import { readCard } from '#lib/server/card.ts';
import { addressAfter, parseRevisionPath } from '#lib/server/revision-path.ts';
import type { PageServerLoad } from './$types';

const MOST = 2000;

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo } = await parent();
  const { revision, path } = parseRevisionPath(addressAfter(url, 'tree') || 'main');
  const list = listTree(locals.hub, repo, { revision, expand: true, ...(path ? { path } : {}) });
  const [{ items, more }, refs, card] = await Promise.all([
    required(take(list, MOST)),
    optional(readRefs(locals.hub, repo)),
    path === '' ? readCard(locals.hub, repo, revision) : null,
  ]);
  const entries = items.toSorted((a, b) => a.type.localeCompare(b.type) || a.path.localeCompare(b.path));
  const names = (rows: { name: string }[] = []) => rows.map(({ name }) => name);
  const cloneUrl = locals.origin + repoAddress(repo.type, repo.name);
  return {
    revision,
    path,
    entries,
    more,
    card,
    cloneUrl,
    branches: names(refs?.branches),
    tags: names(refs?.tags),
  };
};
