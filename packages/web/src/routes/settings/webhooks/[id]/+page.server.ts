import { deleteWebhook, listDeliveries, readWebhook, sendAgain, switchWebhook } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { fieldOf } from '#lib/server/fields.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  requireActor(locals.actor, url);
  const [{ secret, ...webhook }, deliveries] = await Promise.all([
    required(readWebhook(locals.hub, params.id)),
    required(listDeliveries(locals.hub, params.id)),
  ]);
  return { webhook: { ...webhook, signed: secret !== null }, deliveries };
};

export const actions: Actions = {
  async switch({ locals, params, request }) {
    const on = (await request.formData()).get('on') === 'yes';
    const done = await attempt(switchWebhook(locals.hub, params.id, on));
    return done.ok ? { said: on ? 'It is on.' : 'It is off.' } : done.failure;
  },
  async again({ locals, params, request }) {
    const delivery = fieldOf(await request.formData(), 'delivery');
    const done = await attempt(sendAgain(locals.hub, params.id, delivery));
    return done.ok ? { said: 'It is sent once more.' } : done.failure;
  },
  async delete({ locals, params }) {
    const done = await attempt(deleteWebhook(locals.hub, params.id));
    if (!done.ok) return done.failure;
    redirect(303, '/settings/webhooks');
  },
};
