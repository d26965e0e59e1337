import { createSession } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#lib/server/answers.ts';
import { toNextPage } from '#lib/server/next-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.actor) redirect(303, toNextPage(url.searchParams.get('next')));
  return {};
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
