import {
  type Benchmark,
  type Board,
  type HiddenResult,
  type HubConnection,
  readBoard,
  readContested,
} from '@assay/client';
import { required } from './answers.ts';

export interface BoardView {
  board: Board;
  /** The task shown and whether other setups and community results are among the rows. */
  task: string;
  allSetups: boolean;
  community: boolean;
  /** Only models that were made from no other. */
  rootsOnly: boolean;
  /** A model whose row is marked. */
  marked: string | null;
  /** Whether this is a later page of the board. */
  later: boolean;
  /** What was taken off this board last; `more`: there is more of it. */
  contested: { hidden: HiddenResult[]; more: boolean };
}

/** Rows of one page; `?cursor=` names the next one. */
const PAGE = 200;
const CONTESTED = 25;

/**
 * The board that a page's address asks for: `?task=`, `?setups=all`, `?community=off`, `?revision=`,
 * `?base_model=true`, `?cursor=`, and the names that
 * the Hub's own pages use (`leaderboard_task_id`, `eval_result`).
 */
export async function readBoardView(hub: HubConnection, benchmark: Benchmark, url: URL): Promise<BoardView> {
  const query = url.searchParams;
  const asked = query.get('task') ?? query.get('leaderboard_task_id');
  const task = benchmark.tasks.find(({ id }) => id === asked)?.id ?? benchmark.tasks[0]?.id ?? '';
  const allSetups = query.get('setups') === 'all';
  const community = query.get('community') !== 'off';
  const cursor = query.get('cursor') ?? undefined;
  const rootsOnly = query.get('base_model') === 'true';
  const revision = query.get('revision') ?? undefined;
  const options = { task, allSetups, includeCommunity: community, rootsOnly, revision, cursor, limit: PAGE };
  const [board, off] = await Promise.all([
    required(readBoard(hub, benchmark.id, options)),
    required(readContested(hub, benchmark.id, { task, limit: CONTESTED })),
  ]);
  const contested = { hidden: off.hidden, more: off.next !== undefined };
  const later = cursor !== undefined;
  return { board, task, allSetups, community, rootsOnly, marked: query.get('eval_result'), later, contested };
}
