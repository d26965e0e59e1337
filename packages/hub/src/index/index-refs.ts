import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { bindResults, indexDataset } from './index-dataset.ts';
import { indexModel } from './index-model.ts';
import type { IndexedMove, IndexedRepo } from './indexed-repo.ts';
import { mainRef } from './pulls.ts';
import { readCardRow } from './read-card.ts';
import { raiseVersion, replaceCard, replaceRefs } from './rows.ts';

/**
 * Brings the index from the old values of some refs to their new ones, and appends the acts that lie between.
 *
 * Runs inside the transaction that moves the refs, under `lockRepo`, before they move: it reads by oid only. Of a
 * merge, the pull request's status must already be set in this transaction. Opens only files that changed where one
 * commit was added; a throw leaves index and record as they were.
 */
export async function indexRefs(
  ctx: Pick<HubContext, 'git'>,
  tx: Tx,
  { repo, git, updates, cause }: IndexedMove,
): Promise<void> {
  const main = updates.find((update) => update.ref === mainRef);
  const [, bases] = await Promise.all([
    raiseVersion(tx, repo.id), // goes out first
    repo.type === 'model' ? indexModel(ctx, tx, { repo, git, updates, cause }) : undefined,
    main && indexCard(tx, git, repo, main.new),
  ]);
  if (main && repo.type === 'dataset') await indexDataset(ctx, tx, repo, { git, head: main.new, cause });
  if (!main && repo.type === 'dataset') await bindResults(ctx, tx, repo, false);
  const gone = updates.filter((update) => update.new === null).map((update) => update.ref);
  const kept = updates.flatMap(({ ref, new: oid }) =>
    oid === null ? [] : [{ repo_id: repo.id, ref, commit_oid: oid, base_oid: bases?.get(ref) ?? null }],
  );
  await replaceRefs(tx, repo.id, gone, kept);
}

async function indexCard(tx: Tx, git: GitReader, repo: IndexedRepo, head: string | null): Promise<void> {
  await replaceCard(tx, repo.id, head === null ? null : await readCardRow(git, repo, head));
}
