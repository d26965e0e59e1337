import { readResult, replyToClosing } from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { toLogFacts } from '#lib/log-facts.ts';
import { attempt, required } from '#lib/server/answers.ts';
import { readProofSteps } from '#lib/server/proof-steps.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { result, standings, acts, findings, hidden, evidence, benchmark } = await required(
    readResult(locals.hub, params.id),
  );
  const items = benchmark?.tasks.find(({ id }) => id === result.taskId)?.items;
  // The log's header may name every sample: only what the page draws goes to the browser.
  const facts = evidence ? toLogFacts(evidence.log) : null;
  const steps = result.verification?.statement ? await readProofSteps(locals.hub, result.id) : null;
  return {
    result,
    steps,
    standings,
    acts,
    findings,
    hidden: hidden ?? null,
    mayReply: hidden !== undefined && locals.actor !== null && hidden.submitter === locals.actor.name,
    facts,
    benchmark: benchmark ? { name: benchmark.name, items } : null,
  };
};

export const actions: Actions = {
  async reply({ locals, params, request }) {
    const text = String((await request.formData()).get('text') ?? '').trim();
    if (!text) return fail(400, { message: 'Write something first.' });
    const done = await attempt(replyToClosing(locals.hub, params.id, text));
    if (!done.ok) return done.failure;
    redirect(303, `/results/${params.id}`);
  },
};
