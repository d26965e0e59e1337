import {
  type AssuranceLevel,
  changeIssuer,
  readTrust,
  removeIssuer,
  revokeKey,
  rotateKey,
  setVerifiedLevel,
} from '@assay/client';
import { type RequestEvent, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  trust: await required(readTrust(locals.hub)),
  mayChange: locals.actor?.isAdmin ?? false,
});

type Command = (hub: RequestEvent['locals']['hub'], field: (name: string) => string) => Promise<unknown>;

/** Does what a form asks and shows the page anew; the hub decides who may. */
const command =
  (run: Command) =>
  async ({ locals, request }: RequestEvent) => {
    const form = await request.formData();
    const done = await attempt(run(locals.hub, (name) => String(form.get(name) ?? '')));
    if (!done.ok) return done.failure;
    redirect(303, '/trust');
  };

export const actions: Actions = {
  policy: command((hub, field) => setVerifiedLevel(hub, field('level') as AssuranceLevel)),
  level: command((hub, field) => changeIssuer(hub, field('id'), { level: field('level') as AssuranceLevel })),
  remove: command((hub, field) => removeIssuer(hub, field('id'))),
  rotate: command((hub) => rotateKey(hub)),
  revoke: command((hub, field) => revokeKey(hub, field('id'), field('reason'))),
};
