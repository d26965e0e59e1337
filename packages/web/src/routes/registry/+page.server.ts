import { decideStanding, listApplications, listBenchmarks } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt, required } from '#lib/server/answers.ts';
import { BENCHMARK_DECISIONS } from '#lib/standings.ts';
import type { Actions, PageServerLoad } from './$types';

/** Rows of the two lists that have no page of their own. */
const SHOWN = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const [open, decided, candidates] = await Promise.all([
    required(listApplications(locals.hub, { state: 'open', limit: SHOWN, cursor })),
    required(listApplications(locals.hub, { state: 'decided', limit: SHOWN })),
    required(listBenchmarks(locals.hub, { standing: 'candidate', limit: SHOWN })),
  ]);
  const applied = new Set(open.applications.map(({ benchmark }) => benchmark));
  return {
    open: open.applications,
    next: open.next ?? null,
    decided: decided.applications,
    candidates: candidates.benchmarks.filter(({ id }) => !applied.has(id)),
    mayDecide: open.mayDecide,
  };
};

export const actions: Actions = {
  async decide({ locals, request }) {
    const form = await request.formData();
    const benchmark = String(form.get('benchmark') ?? '');
    const standing = BENCHMARK_DECISIONS.find(({ id }) => id === form.get('standing'))?.id;
    const reason = String(form.get('reason') ?? '').trim();
    if (!standing || !/^[\w.-]+\/[\w.-]+$/.test(benchmark))
      return fail(400, { message: 'Choose a decision.' });
    if (!reason)
      return fail(400, {
        message: `Say why ${benchmark} shall be ${standing}: the reason stays in the record.`,
      });
    const done = await attempt(decideStanding(locals.hub, benchmark, standing, reason));
    if (!done.ok) return done.failure;
    redirect(303, '/registry');
  },
};
