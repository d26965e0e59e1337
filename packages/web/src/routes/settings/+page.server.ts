import { changePassword, listStorage, readProfile, readSignUpTerms, writeProfile } from '@assay/client';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  requireActor(locals.actor, url);
  const [profile, terms, storage] = await Promise.all([
    required(readProfile(locals.hub)),
    required(readSignUpTerms(locals.hub)),
    required(listStorage(locals.hub)),
  ]);
  return { profile, provider: terms.provider, storage };
};

export const actions: Actions = {
  async profile({ locals, request }) {
    const form = await request.formData();
    const wish = { fullname: fieldOf(form, 'fullname'), email: fieldOf(form, 'email') };
    const done = await attempt(writeProfile(locals.hub, wish));
    return done.ok ? { said: 'Your profile is saved.' } : done.failure;
  },
  async password({ locals, request }) {
    const form = await request.formData();
    const wish = { current: String(form.get('current') ?? ''), next: String(form.get('next') ?? '') };
    const done = await attempt(changePassword(locals.hub, wish));
    return done.ok ? { said: 'Your password is changed; other browsers are logged out.' } : done.failure;
  },
};
