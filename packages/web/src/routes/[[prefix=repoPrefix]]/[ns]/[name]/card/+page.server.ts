import { readCard } from '#lib/server/card.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, parent }) => {
  const { repo } = await parent();
  return { card: await readCard(locals.hub, repo) };
};
