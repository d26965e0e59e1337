import { listEndpoints, type NewEvalJob, runEvalJob } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { jobAddress } from '#lib/addresses.ts';
import { attempt, required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor } = requireActor(locals.actor, url);
  const { searchParams } = url;
  return {
    endpoints: await required(listEndpoints(locals.hub)),
    isAdmin: actor.isAdmin,
    task: searchParams.get('task') ?? '',
    repo: searchParams.get('repo') ?? '',
  };
};

export const actions: Actions = {
  async run({ locals, request }) {
    const form = await request.formData();
    const textOf = (name: string) => String(form.get(name) ?? '').trim();
    const [task, repo, limit] = [textOf('task'), textOf('repo'), textOf('limit')];
    const place = toPlace(textOf('provider'));
    if (limit && !/^[1-9]\d{0,8}$/.test(limit))
      return fail(400, { message: 'The number of samples must be a whole number.', task, repo });
    const key = textOf('key');
    const made = await attempt(
      runEvalJob(locals.hub, {
        task,
        repo,
        model: textOf('model'),
        ...place,
        ...(limit ? { limit: Number(limit) } : {}),
        ...(key ? { secrets: { [toKeyName(place.provider ?? 'custom')]: key } } : {}),
      }),
    );
    if (!made.ok) return fail(made.failure.status, { ...made.failure.data, task, repo });
    redirect(303, jobAddress(made.value));
  },
};

/** A name of an endpoint, or an address; whether the visitor may give one, the hub decides. */
function toPlace(text: string): Pick<NewEvalJob, 'provider' | 'modelBaseUrl'> {
  return /^https?:\/\//.test(text) ? { modelBaseUrl: text } : { provider: text };
}

/** The variable in which the engine looks for a provider's key. */
function toKeyName(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`;
}
