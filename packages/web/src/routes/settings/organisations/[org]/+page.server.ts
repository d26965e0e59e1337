import { listMembers, putMember, removeMember } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

const ROLES = ['read', 'contributor', 'write', 'admin'] as const;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { actor } = requireActor(locals.actor, url);
  const members = await required(listMembers(locals.hub, params.org));
  const own = members.find(({ user }) => user === actor.name)?.role;
  return { org: params.org, members, roles: [...ROLES], rules: own === 'admin' || actor.isAdmin };
};

export const actions: Actions = {
  async put({ locals, params, request }) {
    const form = await request.formData();
    const role = ROLES.find((word) => word === form.get('role')) ?? 'read';
    const user = fieldOf(form, 'user');
    const done = await attempt(putMember(locals.hub, params.org, user, role));
    return done.ok ? { said: `${user} is now ${role}.` } : done.failure;
  },
  async remove({ locals, params, request }) {
    const user = fieldOf(await request.formData(), 'user');
    const done = await attempt(removeMember(locals.hub, params.org, user));
    if (!done.ok) return done.failure;
    if (user === locals.actor?.name) redirect(303, '/settings/organisations');
    return { said: `${user} is a member no more.` };
  },
};
