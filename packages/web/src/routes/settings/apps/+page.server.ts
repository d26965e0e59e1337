import { type AppWish, changeApp, createApp, deleteApp, listApps } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  requireActor(locals.actor, url);
  // The page may show a secret once: no cache keeps it.
  setHeaders({ 'cache-control': 'no-store' });
  return { apps: await required(listApps(locals.hub)), issuer: locals.origin };
};

export const actions: Actions = {
  async create({ locals, request }) {
    const form = await request.formData();
    const wish = { ...wishOf(form), confidential: form.get('kind') === 'confidential' };
    const made = await attempt(createApp(locals.hub, wish));
    return made.ok ? { made: { name: wish.name, ...made.value } } : made.failure;
  },
  async change({ locals, request }) {
    const form = await request.formData();
    const done = await attempt(changeApp(locals.hub, fieldOf(form, 'id'), wishOf(form)));
    return done.ok ? { said: `${fieldOf(form, 'name')} is changed.` } : done.failure;
  },
  async delete({ locals, request }) {
    const done = await attempt(deleteApp(locals.hub, fieldOf(await request.formData(), 'id')));
    if (!done.ok) return done.failure;
    redirect(303, '/settings/apps');
  },
};

function wishOf(form: FormData): AppWish {
  const redirectUris = fieldOf(form, 'redirectUris').split(/\s+/).filter(Boolean);
  return { name: fieldOf(form, 'name'), homepage: fieldOf(form, 'homepage'), redirectUris };
}
