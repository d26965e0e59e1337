import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { refreshBestOfModel } from './best.ts';
import { lockBoards, noteRevisions } from './revisions.ts';

/**
 * Binds a model's results to commits of their benchmarks, and computes its places on boards.
 * @param boards keys (`ns/name`, lower case) of the datasets whose results of this model came, went or changed
 */
export async function placeModel(
  ctx: Pick<HubContext, 'git'>,
  tx: Tx,
  repoId: string,
  boards: string[],
): Promise<void> {
  await Promise.all([lockBoards(tx, boards, 'shared'), noteRevisions(ctx, tx, 'derived', repoId)]);
  await refreshBestOfModel(tx, 'derived', repoId, boards);
}

/** The same for all boards that a model stands on, or should. */
export async function placeModelAnew(ctx: Pick<HubContext, 'git'>, tx: Tx, repoId: string): Promise<void> {
  const keys = await tx.query<{ key: string }>(
    `SELECT dataset_key AS key FROM derived.results WHERE repo_id = $1
     UNION SELECT dataset_key FROM derived.best WHERE repo_id = $1`,
    [repoId],
  );
  await placeModel(
    ctx,
    tx,
    repoId,
    keys.map(({ key }) => key),
  );
}
