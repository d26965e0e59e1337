import type { ClosingReason } from '@assay/spec';
import type { Tx } from '../db/sql.ts';
import { toActs } from './act-diff.ts';
import { toStand, writeActs } from './acts.ts';
import { refreshBestOfModel } from './best.ts';
import type { IndexedRepo } from './indexed-repo.ts';
import { type PullStatus, pullStanding } from './pulls.ts';
import { loadScopes, raiseVersion, replaceScopes } from './rows.ts';

export interface StatusChange {
  /** Number of the pull request. */
  num: number;
  from: PullStatus;
  to: PullStatus;
  actor: { id: string; name: string } | null;
  reason?: string;
  closing?: ClosingReason;
}

/**
 * Moves a pull request's results between community and closed, with the acts. Runs under `lockRepo` in the
 * transaction that changes the status. A merge needs no call: `indexRefs` sees the new status when main moves.
 */
export async function onPullRequestStatus(tx: Tx, repo: IndexedRepo, change: StatusChange): Promise<void> {
  const standing = pullStanding(change.to);
  if (repo.type !== 'model' || standing === null || standing === pullStanding(change.from)) return;
  await raiseVersion(tx, repo.id);
  const { results, invalid } = await loadScopes(tx, repo.id, [change.num]);
  const after = results.map((row) => ({ ...row, standing }));
  await replaceScopes(tx, repo.id, [change.num], { results: after, invalid });
  const acts = toActs({ before: results.map(toStand), after: after.map(toStand) });
  const { actor, reason, closing } = change;
  await writeActs(tx, repo, acts, {
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    via: 'status',
    ...(reason ? { reason } : {}),
    ...(closing ? { closing } : {}),
  });
  await refreshBestOfModel(tx, 'derived', repo.id);
}
