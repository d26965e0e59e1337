import { readBenchmark } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { readBoardView } from '#lib/server/board.ts';
import type { PageServerLoad } from './$types';

const FOLDED = 10;

/** The leaderboard for other sites' frames: no frame around it, the first rows unless expansion is asked for. */
export const load: PageServerLoad = async ({ locals, params, url }) => {
  const benchmark = await required(readBenchmark(locals.hub, `${params.ns}/${params.name}`));
  const view = await readBoardView(locals.hub, benchmark, url);
  const expanded = url.searchParams.get('leaderboard_is_expanded') === 'true';
  const rows = expanded ? view.board.rows : view.board.rows.slice(0, FOLDED);
  return { benchmark, view, rows, hidden: view.board.rows.length - rows.length };
};
