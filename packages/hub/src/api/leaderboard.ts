import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { queryOf } from '../http/query.ts';
import { readBoard } from '../leaderboards/board.ts';
import { chooseEdition, listEditions } from '../leaderboards/editions.ts';
import { requireBenchmark, rulesOf, taskOf } from '../leaderboards/find-benchmark.ts';
import { toHubRow } from '../leaderboards/hub-leaderboard.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { emptyPosition } from './benchmarks.ts';
import { nextPage } from './next-page.ts';
import { toParameterCount } from './parameter-count.ts';

/** The Hub's clients read no second page of a leaderboard, so one page holds as much as a person may want. */
const pageSize = 1_000;

/** A benchmark's leaderboard as the Hub's clients ask for it; candidates have one too. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/datasets/:namespace/:name/leaderboard', async (c) => {
    const { actor } = c.var;
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, actor, 'dataset', fullName, 'read');
    const benchmark = await requireBenchmark(ctx, repo);
    const query = queryOf(c.req.raw);
    const maxParams = query.get('max_params');
    const taskId = taskOf(benchmark, query.get('task_id'));
    const editions = await listEditions(ctx, actor, repo.fullName, benchmark, taskId);
    const { rows, next } = await readBoard(ctx, actor, {
      dataset: repo.fullName,
      taskId,
      edition: chooseEdition(editions, query.get('revision'))?.id ?? '',
      allSetups: query.flag('all_setups'),
      community: true,
      rootsOnly: query.get('base_model') === undefined || query.flag('base_model'),
      maxParameters: maxParams ? toParameterCount(maxParams, 'max_params') : null,
      limit: query.integer('limit', { fallback: pageSize, min: 1, max: pageSize }),
      after: fromCursor(query.get('cursor'), emptyPosition),
    });
    const { lowerIsBetter } = rulesOf(benchmark, taskId);
    const origin = baseUrl(ctx, c.req.raw);
    const headers = next ? nextPage(ctx, c.req.raw, { cursor: toCursor(next) }) : undefined;
    return c.json(
      rows.map((row) => toHubRow(row, origin, lowerIsBetter)),
      200,
      headers,
    );
  });
}
