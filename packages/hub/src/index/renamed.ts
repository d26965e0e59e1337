import type { RepoType } from '@assay/spec';
import type { Tx } from '../db/sql.ts';
import { refreshBestOfDataset } from './best.ts';

/** A dataset's directions follow its name, under which results know it. @param move full names, `ns/name` */
export async function onRepoRenamed(
  tx: Tx,
  move: { type: RepoType; from: string; to: string },
): Promise<void> {
  if (move.type !== 'dataset') return;
  for (const name of [move.from, move.to]) await refreshBestOfDataset(tx, 'derived', name.toLowerCase());
}
