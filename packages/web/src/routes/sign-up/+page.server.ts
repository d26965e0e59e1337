import { readSignUpTerms, signUp } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  if (locals.actor) redirect(303, '/');
  const key = url.searchParams.get('invitation') ?? undefined;
  setHeaders({ 'cache-control': 'no-store' });
  return { key, terms: await required(readSignUpTerms(locals.hub, key)) };
};

export const actions: Actions = {
  async default({ locals, request, url }) {
    const form = await request.formData();
    const [name, fullname, email] = [
      fieldOf(form, 'name'),
      fieldOf(form, 'fullname'),
      fieldOf(form, 'email'),
    ];
    const invitation = url.searchParams.get('invitation');
    const person = { name, fullname, email, password: String(form.get('password') ?? '') };
    const done = await attempt(signUp(locals.hub, invitation ? { ...person, invitation } : person));
    if (!done.ok) return fail(done.failure.status, { ...done.failure.data, name, fullname, email });
    redirect(303, `/${name}`);
  },
};
