import { createInvitation, listInvitations, readSignUpTerms, revokeInvitation } from '@assay/client';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  requireActor(locals.actor, url);
  // The page may show a link once: no cache keeps it.
  setHeaders({ 'cache-control': 'no-store' });
  const [invitations, { policy }] = await Promise.all([
    required(listInvitations(locals.hub)),
    required(readSignUpTerms(locals.hub)),
  ]);
  return { invitations, policy, now: new Date().toISOString() };
};

export const actions: Actions = {
  async create({ locals, request }) {
    const form = await request.formData();
    const org = fieldOf(form, 'org');
    const member = org ? { org, role: fieldOf(form, 'role') } : {};
    const wish = { note: fieldOf(form, 'note'), days: Number(form.get('days') ?? 7), ...member };
    const made = await attempt(createInvitation(locals.hub, wish));
    return made.ok ? { url: made.value.url } : made.failure;
  },
  async revoke({ locals, request }) {
    const done = await attempt(revokeInvitation(locals.hub, fieldOf(await request.formData(), 'id')));
    return done.ok ? { said: 'The invitation is taken back.' } : done.failure;
  },
};
