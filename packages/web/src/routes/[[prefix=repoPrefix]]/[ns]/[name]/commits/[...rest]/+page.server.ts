import { listCommits } from '@assay/client';
import { required, take } from '#lib/server/answers.ts';
import { addressAfter, parseRevisionPath } from '#lib/server/revision-path.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo } = await parent();
  const { revision } = parseRevisionPath(addressAfter(url, 'commits') || 'main');
  const show = Math.min(2000, Math.max(PAGE, Number(url.searchParams.get('show')) || PAGE));
  const { items, more } = await required(
    take(listCommits(locals.hub, repo, { revision, limit: show + 1 }), show),
  );
  return { revision, commits: items, more: more ? show + PAGE : null };
};
