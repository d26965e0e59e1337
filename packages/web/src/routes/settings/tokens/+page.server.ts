import { createToken, deleteToken, listTokens } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  requireActor(locals.actor, url);
  // The page may show a secret once: no cache keeps it.
  setHeaders({ 'cache-control': 'no-store' });
  return { tokens: await required(listTokens(locals.hub)) };
};

export const actions: Actions = {
  async create({ locals, request }) {
    const form = await request.formData();
    const displayName = String(form.get('displayName') ?? '').trim();
    const role = form.get('role') === 'write' ? ('write' as const) : ('read' as const);
    if (!displayName) return fail(400, { message: 'Name the token, so that you know it again.' });
    const made = await attempt(createToken(locals.hub, { displayName, role }));
    if (!made.ok) return made.failure;
    return { made: { displayName, secret: made.value.token } };
  },
  async revoke({ locals, request }) {
    const done = await attempt(deleteToken(locals.hub, String((await request.formData()).get('id') ?? '')));
    if (!done.ok) return done.failure;
    redirect(303, '/settings/tokens');
  },
};
