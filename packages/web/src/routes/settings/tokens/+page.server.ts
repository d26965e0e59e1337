import { createToken, deleteToken, listTokens, type NewScopes, type TokenWish, whoami } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt, optional, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

/** Rows of places that the form without JavaScript offers. */
const ROWS = 3;

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  const { actor } = requireActor(locals.actor, url);
  // The page may show a secret once: no cache keeps it.
  setHeaders({ 'cache-control': 'no-store' });
  const [tokens, me] = await Promise.all([required(listTokens(locals.hub)), optional(whoami(locals.hub))]);
  const places = [`user:${actor.name}`, ...(me?.orgs ?? []).map(({ name }) => `org:${name}`)];
  return { tokens, places, rows: ROWS };
};

export const actions: Actions = {
  async create({ locals, request }) {
    const form = await request.formData();
    const displayName = fieldOf(form, 'displayName');
    if (!displayName) return fail(400, { message: 'Name the token, so that you know it again.' });
    const days = Number(form.get('days') ?? 0);
    const expiry = days > 0 ? { expiresInDays: days } : {};
    const made = await attempt(createToken(locals.hub, { displayName, ...expiry, ...roleOf(form) }));
    if (!made.ok) return made.failure;
    return { made: { displayName, secret: made.value.token } };
  },
  async revoke({ locals, request }) {
    const done = await attempt(deleteToken(locals.hub, fieldOf(await request.formData(), 'id')));
    if (!done.ok) return done.failure;
    redirect(303, '/settings/tokens');
  },
};

function roleOf(form: FormData): TokenWish {
  const role = form.get('role');
  if (role === 'fineGrained') return { role, fineGrained: scopesOf(form) };
  return { role: role === 'write' ? 'write' : 'read' };
}

/** Rows of the form: a place, as `user:name`, `org:name`, `model:ns/name` or `dataset:ns/name`, and what it opens there. */
function scopesOf(form: FormData): NewScopes {
  const scoped = Array.from({ length: ROWS }, (_, row) => {
    const [type = '', name = ''] = fieldOf(form, `place-${row}`).split(':');
    return { entity: { type, name }, permissions: form.getAll(`permission-${row}`).map(String) };
  }).filter(({ entity }) => entity.name !== '');
  return {
    scoped,
    global: form.get('everywhere') === 'on' ? ['discussion.write'] : [],
    canReadGatedRepos: form.get('gated') === 'on',
  };
}
