import { createRepo, whoami } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { attempt, optional } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor } = requireActor(locals.actor, url);
  const me = await optional(whoami(locals.hub));
  const writers = me?.orgs.filter(({ roleInOrg }) => roleInOrg !== 'read') ?? [];
  return {
    type: url.searchParams.get('type') === 'dataset' ? 'dataset' : 'model',
    namespaces: [actor.name, ...writers.map(({ name }) => name)],
  };
};

export const actions: Actions = {
  async default({ locals, request }) {
    const form = await request.formData();
    const type = form.get('type') === 'dataset' ? ('dataset' as const) : ('model' as const);
    const name = String(form.get('name') ?? '').trim();
    if (!name) return fail(400, { message: 'Give it a name.', name });
    const namespace = String(form.get('namespace') ?? '');
    if (!namespace) return fail(400, { message: 'Say under which name it shall stand.', name });
    const fullName = `${namespace}/${name}`;
    const made = await attempt(
      createRepo(locals.hub, { type, name: fullName }, { private: form.get('private') === 'on' }),
    );
    if (!made.ok) return fail(made.failure.status, { ...made.failure.data, name });
    redirect(303, repoAddress(type, fullName));
  },
};
