import { answerDeviceCode, readDeviceCode } from '@assay/client';
import { attempt } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  const { actor } = requireActor(locals.actor, url);
  setHeaders({ 'cache-control': 'no-store' });
  const code = url.searchParams.get('code')?.trim() ?? '';
  const found = code ? await attempt(readDeviceCode(locals.hub, code)) : null;
  return {
    name: actor.name,
    code,
    asked: found?.ok ? found.value : null,
    problem: found && !found.ok ? found.failure.data.message : null,
  };
};

export const actions: Actions = {
  async default({ locals, request }) {
    const form = await request.formData();
    const allow = form.get('answer') === 'allow';
    const done = await attempt(answerDeviceCode(locals.hub, fieldOf(form, 'code'), allow));
    if (!done.ok) return done.failure;
    return {
      said: allow ? 'The program is logged in. You can close this page.' : 'The program was refused.',
    };
  },
};
