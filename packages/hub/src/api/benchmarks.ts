import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { withFindings } from '../forensics/row-findings.ts';
import { toTaskRules } from '../forensics/task-rules.ts';
import type { HubApp } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { listBenchmarks } from '../leaderboards/benchmark-cards.ts';
import { readBoard } from '../leaderboards/board.ts';
import { describeBenchmark } from '../leaderboards/describe.ts';
import { chooseEdition, listEditions } from '../leaderboards/editions.ts';
import { requireBenchmark, rulesOf, taskOf } from '../leaderboards/find-benchmark.ts';
import { countAll } from '../leaderboards/home-counts.ts';
import { listLatestResults } from '../leaderboards/results.ts';
import { toResultRow } from '../leaderboards/to-result-row.ts';
import { withRunFacts } from '../plans/with-run-facts.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { standings } from './registry.ts';

const homeCards = 12;
const homeResults = 20;
const maxRows = 1_000;

/** Benchmarks and their boards, in Assay's own form. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/home', async (c) => {
    const { actor } = c.var;
    const { benchmarks } = await listBenchmarks(ctx, actor, { limit: homeCards, after: null });
    const latest = await listLatestResults(ctx, actor, homeResults);
    return c.json({ benchmarks, latest: latest.map(toResultRow), counts: await countAll(ctx, actor) });
  });

  app.get('/api/assay/benchmarks', async (c) => {
    const query = queryOf(c.req.raw);
    const { benchmarks, next } = await listBenchmarks(ctx, c.var.actor, {
      search: query.get('search'),
      standing: oneOf(query.get('standing')),
      limit: query.integer('limit', { fallback: 50, min: 1, max: 200 }),
      after: fromCursor(query.get('cursor'), { order: 0, results: 0, id: '' }),
    });
    return c.json({ benchmarks, ...(next && { next: toCursor(next) }) });
  });

  const path = '/api/assay/benchmarks/:namespace/:name';
  const repoOf = (c: {
    var: { actor: Parameters<typeof requireRepo>[1] };
    req: { param(key: string): string };
  }) =>
    requireRepo(ctx, c.var.actor, 'dataset', `${c.req.param('namespace')}/${c.req.param('name')}`, 'read');

  app.get(path, async (c) => {
    const repo = await repoOf(c);
    return c.json(await describeBenchmark(ctx, c.var.actor, repo, await requireBenchmark(ctx, repo)));
  });

  app.get(`${path}/board`, async (c) => {
    const query = queryOf(c.req.raw);
    const repo = await repoOf(c);
    const benchmark = await requireBenchmark(ctx, repo);
    const task = taskOf(benchmark, query.get('task'));
    const editions = await listEditions(ctx, c.var.actor, repo.fullName, benchmark, task);
    const edition = chooseEdition(editions, query.get('revision'));
    const { rows, next } = await readBoard(ctx, c.var.actor, {
      dataset: repo.fullName,
      taskId: task,
      edition: edition?.id ?? '',
      allSetups: query.flag('all_setups'),
      community: query.all('include').includes('community'),
      rootsOnly: query.flag('base_model'),
      maxParameters: null,
      limit: query.integer('limit', { fallback: 500, min: 1, max: maxRows }),
      after: fromCursor(query.get('cursor'), emptyPosition),
    });
    const { unit, lowerIsBetter } = rulesOf(benchmark, task);
    const shown = await withRunFacts(
      ctx,
      rows.map((row) => ({
        ...toResultRow(row),
        rank: row.rank,
        ...(!row.allowed && { setupNotRanked: true }),
      })),
    );
    return c.json({
      task,
      ...(unit && { unit }),
      lowerIsBetter,
      ...(edition && { revision: edition, revisions: editions }),
      rows: await withFindings(ctx, c.var.actor, shown, toTaskRules(benchmark, task)),
      ...(next && { next: toCursor(next) }),
    });
  });
}

/** What a cursor of a board holds. */
export const emptyPosition = { strength: 0, datedAt: '', repoId: '', setupClass: '', rows: 0, rank: 0 };

function oneOf(text: string | undefined): (typeof standings)[number] | undefined {
  const found = standings.find((word) => word === text);
  if (text && !found) throw new HubError('invalid-input', `standing must be one of ${standings.join(', ')}`);
  return found;
}
