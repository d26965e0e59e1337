import { deleteSession } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { optional } from '#lib/server/answers.ts';
import type { Actions, PageServerLoad } from './$types';

// Only a form logs out: a link would let any page on the web do it.
export const load: PageServerLoad = () => ({});

export const actions: Actions = {
  async default({ locals }) {
    await optional(deleteSession(locals.hub));
    redirect(303, '/');
  },
};
