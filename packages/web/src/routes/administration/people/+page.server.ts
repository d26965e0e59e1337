import { closeAccount, listPeople, setAdministrator } from '@assay/client';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  requireActor(locals.actor, url);
  const search = url.searchParams.get('search') ?? '';
  const after = url.searchParams.get('after') ?? '';
  const { people, next } = await required(listPeople(locals.hub, { search, after }));
  return { people, next, search };
};

export const actions: Actions = {
  async administrator({ locals, request }) {
    const form = await request.formData();
    const [name, isAdmin] = [fieldOf(form, 'name'), form.get('isAdmin') === 'yes'];
    const done = await attempt(setAdministrator(locals.hub, name, isAdmin));
    return done.ok ? { said: `${name} is ${isAdmin ? 'now an' : 'no'} administrator.` } : done.failure;
  },
  async close({ locals, request }) {
    const name = fieldOf(await request.formData(), 'name');
    const done = await attempt(closeAccount(locals.hub, name));
    return done.ok ? { said: `The account ${name} is closed.` } : done.failure;
  },
};
