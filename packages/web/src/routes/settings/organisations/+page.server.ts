import { createOrg, whoami } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  requireActor(locals.actor, url);
  const { orgs } = await required(whoami(locals.hub));
  return { orgs: orgs.map(({ name, fullname, roleInOrg }) => ({ name, fullname, role: roleInOrg })) };
};

export const actions: Actions = {
  async default({ locals, request }) {
    const form = await request.formData();
    const name = fieldOf(form, 'name');
    const done = await attempt(createOrg(locals.hub, { name, fullname: fieldOf(form, 'fullname') }));
    if (!done.ok) return done.failure;
    redirect(303, `/settings/organisations/${name}`);
  },
};
