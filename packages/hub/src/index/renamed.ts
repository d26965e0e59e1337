import type { RepoType } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { refreshBestOfDataset } from './best.ts';
import { lockBoards, refreshRevisions } from './revisions.ts';
import { loadBenchmark } from './rows.ts';

/** A dataset's rules and revisions follow its name, under which results know it. @param move full names, `ns/name` */
export async function onRepoRenamed(
  ctx: HubContext,
  tx: Tx,
  move: { id: string; type: RepoType; from: string; to: string },
): Promise<void> {
  if (move.type !== 'dataset') return;
  const [from, to] = [move.from.toLowerCase(), move.to.toLowerCase()];
  await lockBoards(tx, [from, to], 'alone');
  await tx.query('DELETE FROM derived.revisions WHERE dataset_key = $1', [from]);
  const benchmark = await loadBenchmark(tx, move.id);
  await refreshRevisions(ctx, tx, 'derived', { repoId: move.id, key: to, benchmark });
  for (const key of new Set([from, to])) await refreshBestOfDataset(tx, 'derived', key);
}
