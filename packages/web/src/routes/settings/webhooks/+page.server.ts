import { createWebhook, listWebhooks, type WatchedThing } from '@assay/client';
import { fail } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor } = requireActor(locals.actor, url);
  const webhooks = await required(listWebhooks(locals.hub));
  // Secrets stay where they are: a page needs to know only whether there is one.
  return {
    own: actor.name,
    webhooks: webhooks.map(({ secret, ...rest }) => ({ ...rest, signed: secret !== null })),
  };
};

export const actions: Actions = {
  async default({ locals, request }) {
    const form = await request.formData();
    const watched = watchedOf(fieldOf(form, 'watched'));
    if (watched.length === 0) return fail(400, { message: 'Say what it shall watch, one thing a line.' });
    const secret = fieldOf(form, 'secret');
    const wish = { url: fieldOf(form, 'url'), watched, domains: form.getAll('domain').map(String) };
    const done = await attempt(createWebhook(locals.hub, secret ? { ...wish, secret } : wish));
    return done.ok ? { said: 'The webhook is made.' } : done.failure;
  },
};

/** Lines like `user:ann`, `org:lab`, `model:ann/tiny`. */
function watchedOf(text: string): WatchedThing[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf(':');
      return { type: line.slice(0, Math.max(at, 0)) as WatchedThing['type'], name: line.slice(at + 1) };
    });
}
