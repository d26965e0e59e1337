import type { Tx } from '../db/sql.ts';
import { toActs } from './act-diff.ts';
import { type Cause, loadRecordedStands, writeActs } from './acts.ts';
import { refreshBestOfDataset } from './best.ts';
import { recountModel } from './counts.ts';
import { keepPublished } from './published-acts.ts';
import { lockBoards } from './revisions.ts';
import { raiseVersion, replaceFacts } from './rows.ts';

const nothing = { refs: [], card: null, benchmark: null, results: [], invalid: [] };

/**
 * Takes a deleted repo out of the index. The record keeps all: each result that stood gets the act `deleted`.
 * Runs under `lockRepo`. Answers whether there was anything.
 */
export async function forgetRepo(tx: Tx, repoId: string, cause?: Cause): Promise<boolean> {
  const repo = await tx.maybe<{ type: string; full_name: string }>(
    `SELECT type, namespace || '/' || name AS full_name FROM record.repos WHERE id = $1`,
    [repoId],
  );
  const seen = await tx.maybe('SELECT 1 FROM derived.versions WHERE repo_id = $1', [repoId]);
  if (!seen) return false;
  await raiseVersion(tx, repoId);
  const acts = toActs({ before: await loadRecordedStands(tx, repoId), after: [] });
  const told = acts.map((act) => ({ ...act, detail: { ...act.detail, repoDeleted: true } }));
  const name = repo?.full_name ?? repoId;
  await writeActs(tx, { id: repoId, fullName: name }, told, cause ?? unknownCause);
  await keepPublished(tx, repoId);
  await replaceFacts(tx, 'derived', repoId, nothing);
  await tx.query('DELETE FROM derived.best WHERE repo_id = $1', [repoId]);
  await recountModel(tx, 'derived', repoId);
  await tx.query('DELETE FROM derived.tallies WHERE repo_id = $1', [repoId]);
  await tx.query('DELETE FROM derived.versions WHERE repo_id = $1', [repoId]);
  if (repo?.type === 'dataset') {
    await lockBoards(tx, [name.toLowerCase()], 'alone');
    await tx.query('DELETE FROM derived.revisions WHERE dataset_key = $1', [name.toLowerCase()]);
    await refreshBestOfDataset(tx, 'derived', name.toLowerCase());
  }
  return true;
}

const unknownCause: Cause = { actorId: null, actorName: null, via: 'heal', healed: true };
