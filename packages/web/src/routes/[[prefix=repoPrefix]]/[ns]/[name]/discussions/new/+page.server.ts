import { createDiscussion } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { discussionAddress } from '#lib/addresses.ts';
import { attempt } from '#lib/server/answers.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => requireActor(locals.actor, url);

export const actions: Actions = {
  async default({ locals, params, request }) {
    const form = await request.formData();
    const title = String(form.get('title') ?? '').trim();
    const description = String(form.get('description') ?? '').trim();
    if (title.length < 3)
      return fail(400, { message: 'Give it a title of at least three characters.', title, description });
    const repo = repoOf(params);
    const made = await attempt(createDiscussion(locals.hub, repo, { title, description }));
    if (!made.ok) return fail(made.failure.status, { ...made.failure.data, title, description });
    redirect(303, discussionAddress(repo.type, repo.name, made.value.num));
  },
};
