import { changeRepoSettings, deleteRepo, moveRepo } from '@assay/client';
import { error, fail, redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { attempt } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  requireActor(locals.actor, url);
  const { rules } = await parent();
  if (!rules) error(403, 'Only its administrators may change the settings of this repo.');
  return {};
};

export const actions: Actions = {
  async settings({ locals, params, request }) {
    const form = await request.formData();
    const gated = form.get('gated');
    const done = await attempt(
      changeRepoSettings(locals.hub, repoOf(params), {
        private: form.get('visibility') === 'private',
        gated: gated === 'auto' || gated === 'manual' ? gated : false,
        discussionsDisabled: form.get('discussions') !== 'on',
      }),
    );
    return done.ok ? { said: 'The settings are saved.' } : done.failure;
  },
  async move({ locals, params, request }) {
    const repo = repoOf(params);
    const to = fieldOf(await request.formData(), 'to');
    const done = await attempt(moveRepo(locals.hub, repo, to));
    if (!done.ok) return done.failure;
    redirect(303, `${repoAddress(repo.type, to)}/settings`);
  },
  async delete({ locals, params, request }) {
    const repo = repoOf(params);
    if (fieldOf(await request.formData(), 'name') !== repo.name)
      return fail(400, { message: `Type ${repo.name} to delete it.` });
    const done = await attempt(deleteRepo(locals.hub, repo));
    if (!done.ok) return done.failure;
    redirect(303, `/${params.ns}`);
  },
};
