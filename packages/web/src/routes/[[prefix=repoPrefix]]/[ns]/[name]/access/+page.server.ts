import { askForAccess, decideAccess, listAccessRequests, readOwnAccessRequest } from '@assay/client';
import { fail } from '@sveltejs/kit';
import { attempt, optional } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { mayWrite } from '#lib/server/rights.ts';
import type { Actions, PageServerLoad } from './$types';

const STATUSES = ['pending', 'accepted', 'rejected'] as const;

export const load: PageServerLoad = async ({ locals, params }) => {
  const repo = repoOf(params);
  const [own, decides] = await Promise.all([
    locals.actor ? optional(readOwnAccessRequest(locals.hub, repo)) : null,
    mayWrite(locals.hub, locals.actor, repo),
  ]);
  const lists = decides
    ? await Promise.all(STATUSES.map((status) => optional(listAccessRequests(locals.hub, repo, status))))
    : [];
  return { own: own?.request ?? null, decides, requests: lists.flatMap((list) => list ?? []) };
};

export const actions: Actions = {
  async ask({ locals, params, request }) {
    const reason = fieldOf(await request.formData(), 'reason').slice(0, 2000);
    const done = await attempt(askForAccess(locals.hub, repoOf(params), reason ? { reason } : {}));
    if (!done.ok) return done.failure;
    return {
      said:
        done.value.status === 'accepted'
          ? 'You may read its files now.'
          : 'You have asked. Its owners decide.',
    };
  },
  async decide({ locals, params, request }) {
    const form = await request.formData();
    const status = STATUSES.find((word) => word === form.get('status'));
    if (!status) return fail(400, { message: 'Say yes or no.' });
    const wish = { requestId: fieldOf(form, 'requestId'), status };
    const done = await attempt(decideAccess(locals.hub, repoOf(params), wish));
    return done.ok ? { said: `The request is ${status}.` } : done.failure;
  },
};
