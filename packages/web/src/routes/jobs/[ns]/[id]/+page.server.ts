import { cancelJob, readJob, readJobLines } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  requireActor(locals.actor, url);
  const [job, lines] = await Promise.all([
    required(readJob(locals.hub, params.ns, params.id)),
    required(readJobLines(locals.hub, params.ns, params.id)),
  ]);
  return { job, lines };
};

export const actions: Actions = {
  async cancel({ locals, params }) {
    const done = await attempt(cancelJob(locals.hub, params.ns, params.id));
    if (!done.ok) return done.failure;
    redirect(303, `/jobs/${params.ns}/${params.id}`);
  },
};
