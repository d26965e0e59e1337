import { deleteEndpoint, listEndpoints, setEndpoint } from '@assay/client';
import { error, fail, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor } = requireActor(locals.actor, url);
  if (!actor.isAdmin) error(403, 'Only administrators say where models are served.');
  return { endpoints: await required(listEndpoints(locals.hub)) };
};

export const actions: Actions = {
  async set({ locals, request }) {
    const form = await request.formData();
    const textOf = (name: string) => String(form.get(name) ?? '').trim();
    const [name, baseUrl, apiKey, price] = [
      textOf('name'),
      textOf('baseUrl'),
      textOf('apiKey'),
      textOf('price'),
    ];
    if (price && !(Number(price) > 0)) return fail(400, { message: 'The price must be a number above 0.' });
    const done = await attempt(
      setEndpoint(locals.hub, name, {
        baseUrl,
        ...(apiKey ? { apiKey } : {}),
        ...(price ? { usdPerMillionTokens: Number(price) } : {}),
      }),
    );
    if (!done.ok) return done.failure;
    redirect(303, '/settings/endpoints');
  },
  async remove({ locals, request }) {
    const done = await attempt(
      deleteEndpoint(locals.hub, String((await request.formData()).get('name') ?? '')),
    );
    if (!done.ok) return done.failure;
    redirect(303, '/settings/endpoints');
  },
};
