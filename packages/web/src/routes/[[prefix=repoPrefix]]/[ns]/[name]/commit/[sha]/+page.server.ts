import { listCommits } from '@assay/client';
import { error } from '@sveltejs/kit';
import { required, take } from '#lib/server/answers.ts';
import { readChanges } from '#lib/server/changes.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, parent }) => {
  const { repo } = await parent();
  const { items } = await required(
    take(listCommits(locals.hub, repo, { revision: params.sha, limit: 2 }), 2),
  );
  const [commit, next] = items;
  if (!commit) error(404, 'There is no such commit.', { hint: 'Start from the list of revisions.' });
  // Hubs that do not name parents leave the next commit in the list, which is the parent of all but merges.
  const before = (commit.parents ? commit.parents[0] : next?.id) ?? null;
  return { commit, before, changes: await readChanges(locals.hub, repo, before, commit.id) };
};
