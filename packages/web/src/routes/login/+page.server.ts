import { createSession, readSignUpTerms } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { toNextPage } from '#lib/server/next-page.ts';
import type { Actions, PageServerLoad } from './$types';

/** Why signing in elsewhere came to nothing, by the hub's code. */
const PROBLEMS: Record<string, string> = {
  'login-failed': 'The other side did not vouch for you, or it took too long. Try again.',
  'login-required': 'You have no account here yet. Ask an administrator for an invitation.',
  forbidden: 'You may not sign in here, or your invitation is not good any more. Ask an administrator.',
  conflict: 'That identity belongs to another account.',
};

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.actor) redirect(303, toNextPage(url.searchParams.get('next')));
  const { policy, provider } = await required(readSignUpTerms(locals.hub));
  const problem = url.searchParams.get('problem');
  const said = problem === null ? null : (PROBLEMS[problem] ?? 'Signing in did not work. Try again.');
  return { provider, open: policy === 'open', said, next: toNextPage(url.searchParams.get('next')) };
};

export const actions: Actions = {
  async default({ locals, request, url }) {
    const form = await request.formData();
    const name = String(form.get('name') ?? '').trim();
    const password = String(form.get('password') ?? '');
    const token = String(form.get('token') ?? '').trim();
    if (!token && !(name && password)) {
      return fail(400, { message: 'Give your name and password, or an access token.', name });
    }
    const done = await attempt(createSession(locals.hub, token ? { token } : { name, password }));
    if (!done.ok) return fail(done.failure.status, { ...done.failure.data, name });
    redirect(303, toNextPage(url.searchParams.get('next')));
  },
};
