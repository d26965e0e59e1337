import { applyForOfficial, readRegistration } from '@assay/client';
import { error, fail, redirect } from '@sveltejs/kit';
import { discussionAddress, repoAddress } from '#lib/addresses.ts';
import { attempt, required } from '#lib/server/answers.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  requireActor(locals.actor, url);
  const { repo, benchmark } = await parent();
  if (!benchmark) error(404, `${repo.name} is no benchmark: its main branch has no valid eval.yaml.`);
  const registration = await required(readRegistration(locals.hub, repo.name));
  const open = registration.applications.find(({ state }) => state === 'open');
  if (open) redirect(303, discussionAddress('dataset', repo.name, open.discussion));
  if (registration.standing === 'official') redirect(303, repoAddress('dataset', repo.name));
  return { mayApply: registration.mayApply };
};

export const actions: Actions = {
  async default({ locals, params, request }) {
    const text = String((await request.formData()).get('text') ?? '').trim();
    if (!text) return fail(400, { message: 'Say why it should be official.', text });
    const repo = repoOf(params);
    const made = await attempt(applyForOfficial(locals.hub, repo.name, text));
    if (!made.ok) return fail(made.failure.status, { ...made.failure.data, text });
    redirect(303, discussionAddress('dataset', repo.name, made.value.num));
  },
};
