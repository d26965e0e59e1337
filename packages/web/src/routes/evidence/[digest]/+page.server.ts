import { readEvidence, readEvidenceSamples } from '@assay/client';
import { toLogFacts } from '#lib/log-facts.ts';
import { toSampleRow } from '#lib/sample-row.ts';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

const PAGE = 25;
const FILTERS = ['all', 'correct', 'incorrect', 'error', 'unscored'];

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const asked = url.searchParams.get('filter') ?? 'all';
  const filter = FILTERS.includes(asked) ? asked : 'all';
  const offset = Math.max(0, Math.floor(Number(url.searchParams.get('offset')) || 0));
  const query = { offset, limit: PAGE, ...(filter === 'all' ? {} : { filter }) };
  const [header, { samples, total }] = await Promise.all([
    required(readEvidence(locals.hub, params.digest)),
    required(readEvidenceSamples(locals.hub, params.digest, query)),
  ]);
  const { digest, size, log, place = null, progress = null } = header;
  const { status, results = null, error = null } = log;
  const { task, model, created } = log.eval;
  // The header may name every sample: only what the page draws goes to the browser.
  const shown = {
    digest,
    size,
    task,
    model,
    created,
    status,
    results,
    error: error?.message ?? null,
    place,
    progress,
  };
  return {
    log: shown,
    facts: toLogFacts(log),
    filter,
    filters: FILTERS,
    offset,
    page: PAGE,
    total,
    samples: samples.map(toSampleRow),
  };
};
