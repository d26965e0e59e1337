import { readResult } from '@assay/client';
import { toLogFacts } from '#lib/log-facts.ts';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { result, standings, acts, evidence, benchmark } = await required(readResult(locals.hub, params.id));
  const items = benchmark?.tasks.find(({ id }) => id === result.taskId)?.items;
  // The log's header may name every sample: only what the page draws goes to the browser.
  const facts = evidence ? toLogFacts(evidence.log) : null;
  return {
    result,
    standings,
    acts,
    facts,
    benchmark: benchmark ? { name: benchmark.name, items } : null,
  };
};
