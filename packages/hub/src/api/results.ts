import type { Actor } from '../auth/actor.ts';
import { toHiddenResult } from '../contested/hidden-result.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { findEvidence } from '../evidence/find-evidence.ts';
import { findAround } from '../forensics/place-findings.ts';
import { withFindingsOfAll } from '../forensics/row-findings.ts';
import type { HubApp } from '../http/app.ts';
import { listResultActs } from '../leaderboards/act-list.ts';
import { describeBenchmark } from '../leaderboards/describe.ts';
import { findBenchmark } from '../leaderboards/find-benchmark.ts';
import { toGoneResult } from '../leaderboards/gone-result.ts';
import { listLegacyOfDataset, listLegacyOfModel } from '../leaderboards/legacy-results.ts';
import { readRelations } from '../leaderboards/relations.ts';
import { findResult, listInvalidFiles, listModelResults } from '../leaderboards/results.ts';
import { type ApiResult, toResultRow } from '../leaderboards/to-result-row.ts';
import { isVerified } from '../leaderboards/verification.ts';
import { withRunFacts } from '../plans/with-run-facts.ts';
import { requireRepo } from '../repos/require-repo.ts';

/** Entries of one pull request that are looked at closely; git is asked for each. */
const mostLookedAt = 50;

/** Results by id and by model. What was once public is answered for ever, from the record if no file has it. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/models/:namespace/:name/results', async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, 'model', fullName, 'read');
    const [found, invalid, legacy] = await Promise.all([
      listModelResults(ctx, c.var.actor, repo),
      listInvalidFiles(ctx, repo),
      listLegacyOfModel(ctx, repo),
    ]);
    const rows = await withRunFacts(ctx, found.map(toResultRow));
    return c.json({ results: await withFindingsOfAll(ctx, c.var.actor, rows), invalid, legacy });
  });

  app.get('/api/assay/models/:namespace/:name/relations', async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, 'model', fullName, 'read');
    return c.json(await readRelations(ctx, c.var.actor, repo));
  });

  app.get('/api/assay/benchmarks/:namespace/:name/legacy', async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, 'dataset', fullName, 'read');
    return c.json({ legacy: await listLegacyOfDataset(ctx, c.var.actor, repo.fullName) });
  });

  app.get('/api/assay/models/:namespace/:name/pulls/:num/findings', async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, 'model', fullName, 'read');
    const found = await listModelResults(ctx, c.var.actor, repo);
    const proposed = found.filter(({ scope }) => scope > 0 && String(scope) === c.req.param('num'));
    const rows = proposed.slice(0, mostLookedAt).map(toResultRow);
    const results = await Promise.all(rows.map((row) => lookAround(ctx, c.var.actor, row)));
    return c.json({ results, left: proposed.length - rows.length });
  });

  app.get('/api/assay/results/:id', async (c) => {
    const id = c.req.param('id');
    const { actor } = c.var;
    const places = await findResult(ctx, actor, id);
    const acts = await listResultActs(ctx, actor, id);
    const first = places[0];
    const stands = places.some(({ standing }) => standing !== 'closed');
    if (!first && acts.length === 0) throw new HubError('not-found', `there is no result ${id.slice(0, 40)}`);
    const [standing] = first ? await withRunFacts(ctx, [toResultRow(first)]) : [];
    const result = standing ?? toGoneResult(id, acts);
    const evidence = result.evidence && (await findEvidence(ctx, actor, result.evidence));
    const benchmark = await benchmarkOf(ctx, actor, result.dataset);
    return c.json({
      result,
      standings: places.map((place) => ({
        scope: place.scope,
        standing: isVerified(place) ? 'verified' : place.standing,
      })),
      acts,
      findings: first ? (await lookAround(ctx, actor, toResultRow(first))).findings : [],
      ...(!stands && acts.length > 0 && { hidden: toHiddenResult(id, acts) }),
      ...(evidence && { evidence }),
      ...(benchmark && { benchmark }),
    });
  });
}

/** A result with all that is to be told of its number. */
async function lookAround(ctx: HubContext, actor: Actor | null, row: ApiResult) {
  const [judged] = await withFindingsOfAll(ctx, actor, [row]);
  const around = await findAround(ctx, actor, row);
  // Git knows revisions of datasets that are no benchmark; of others the index has said it already.
  const known = judged!.findings.some(({ code }) => code === 'revision-unknown');
  const more = around.filter(({ code }) => !(known && code === 'revision-unknown'));
  return { ...row, findings: [...judged!.findings, ...more] };
}

/** The benchmark a result names, if it is here and the reader may know of it. */
async function benchmarkOf(ctx: HubContext, actor: Actor | null, fullName: string): Promise<object | null> {
  try {
    const repo = await requireRepo(ctx, actor, 'dataset', fullName, 'read');
    const benchmark = await findBenchmark(ctx, repo);
    return benchmark && (await describeBenchmark(ctx, actor, repo, benchmark));
  } catch (error) {
    if (error instanceof HubError) return null;
    throw error;
  }
}
