import { answerAppQuestion, readAppQuestion } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  const { actor } = requireActor(locals.actor, url);
  setHeaders({ 'cache-control': 'no-store' });
  const asked = await required(readAppQuestion(locals.hub, url.search));
  return { name: actor.name, search: url.search, asked };
};

export const actions: Actions = {
  /** The question stays in the address and is judged anew; the form says yes or no, and for whom. */
  async default({ locals, request, url }) {
    const form = await request.formData();
    const answer = { allow: form.get('answer') === 'allow', orgs: form.getAll('org').map(String) };
    const done = await attempt(answerAppQuestion(locals.hub, url.search, answer));
    if (!done.ok) return done.failure;
    // The hub gives no address but one that the app's maker registered.
    redirect(303, done.value, { external: true });
  },
};
