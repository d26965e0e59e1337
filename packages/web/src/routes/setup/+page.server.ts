import { setUp } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#lib/server/answers.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({ key: url.searchParams.get('key') ?? '' });

export const actions: Actions = {
  async default({ locals, request }) {
    const form = await request.formData();
    const key = String(form.get('key') ?? '').trim();
    const name = String(form.get('name') ?? '').trim();
    const password = String(form.get('password') ?? '');
    if (!key)
      return fail(400, {
        message: 'The key is missing: open the link that the hub printed at its first start.',
        name,
      });
    if (!name || password.length < 8)
      return fail(400, { message: 'Give a name, and a password of at least eight characters.', name });
    const done = await attempt(setUp(locals.hub, { key, name, password }));
    if (!done.ok) return fail(done.failure.status, { ...done.failure.data, name });
    // The hub may have opened a session with its answer; if not, the login page is next.
    redirect(303, locals.setCookies.length > 0 ? '/' : '/login');
  },
};
