import { listDiscussions } from '@assay/client';
import { required, take } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo } = await parent();
  const asked = url.searchParams.get('status');
  const status: 'open' | 'closed' | 'all' = asked === 'closed' || asked === 'all' ? asked : 'open';
  const show = Math.min(1000, Math.max(PAGE, Number(url.searchParams.get('show')) || PAGE));
  const filter = status === 'all' ? {} : { status };
  const { items, more } = await required(take(listDiscussions(locals.hub, repo, filter), show));
  return { status, discussions: items, more: more ? show + PAGE : null };
};
