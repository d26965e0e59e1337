import { type Benchmark, type Board, type HubConnection, readBoard } from '@assay/client';
import { required } from './answers.ts';

export interface BoardView {
  board: Board;
  /** The task shown and whether other setups and community results are among the rows. */
  task: string;
  allSetups: boolean;
  community: boolean;
  /** A model whose row is marked. */
  marked: string | null;
  /** Rows of the board beyond those on this page. */
  hidden: number;
}

/** Rows of one page; `?rows=all` gives the rest as well. */
const PAGE = 200;

/**
 * The board that a page's address asks for: `?task=`, `?setups=all`, `?community=off`, and the names that the
 * Hub's own pages use (`leaderboard_task_id`, `eval_result`).
 */
export async function readBoardView(hub: HubConnection, benchmark: Benchmark, url: URL): Promise<BoardView> {
  const query = url.searchParams;
  const asked = query.get('task') ?? query.get('leaderboard_task_id');
  const task = benchmark.tasks.find(({ id }) => id === asked)?.id ?? benchmark.tasks[0]?.id ?? '';
  const allSetups = query.get('setups') === 'all';
  const community = query.get('community') !== 'off';
  const board = await required(
    readBoard(hub, benchmark.id, { task, allSetups, includeCommunity: community }),
  );
  const rows = query.get('rows') === 'all' ? board.rows : board.rows.slice(0, PAGE);
  const hidden = board.rows.length - rows.length;
  return { board: { ...board, rows }, task, allSetups, community, marked: query.get('eval_result'), hidden };
}
