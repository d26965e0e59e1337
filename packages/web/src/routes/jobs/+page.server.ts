import { listJobs } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor } = requireActor(locals.actor, url);
  const namespace = url.searchParams.get('of') || actor.name;
  const all = url.searchParams.get('show') === 'all';
  const stage = all ? {} : { stage: ['SCHEDULING' as const, 'RUNNING' as const] };
  const jobs = await required(listJobs(locals.hub, namespace, { ...stage, limit: 100 }));
  return { jobs, namespace, all, isAdmin: actor.isAdmin };
};
