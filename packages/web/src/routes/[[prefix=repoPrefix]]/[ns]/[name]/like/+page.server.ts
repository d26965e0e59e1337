import { setLike } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { required } from '#lib/server/answers.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

const homeOf = (params: Parameters<typeof repoOf>[0]) => {
  const repo = repoOf(params);
  return repoAddress(repo.type, repo.name);
};

/** Nothing to see: whoever was sent to log in first comes back to the repo. */
export const load: PageServerLoad = ({ params }) => redirect(303, homeOf(params));

export const actions: Actions = {
  async default({ locals, params, request, url }) {
    requireActor(locals.actor, url);
    const liked = (await request.formData()).get('liked') === 'yes';
    await required(setLike(locals.hub, repoOf(params), liked));
    redirect(303, homeOf(params));
  },
};
