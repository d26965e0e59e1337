import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { completePulls } from '../discussions/complete-pulls.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import { recordErrata } from '../registry/errata.ts';
import type { Repo } from '../repos/repo.ts';
import { toActs } from './act-diff.ts';
import { type Cause, loadRecordedStands, toStand, writeActs } from './acts.ts';
import type { RepoFacts } from './facts.ts';
import { bindResults } from './index-dataset.ts';
import { placeModelAnew } from './place-model.ts';
import { loadPullStatuses, mergedBy } from './pulls.ts';
import { readRepo } from './read-repo.ts';
import { loadRefs, noteSeen, raiseVersion, replaceFacts } from './rows.ts';

/** A push that was announced and whose index transaction never committed. */
interface PendingPush {
  id: number;
  actorId: string | null;
  actorName: string | null;
  via: Cause['via'];
  updates: RefUpdate[];
}

export interface Healed {
  facts: RepoFacts;
  changed: boolean;
}

/**
 * Makes record and index of a repo agree with git, which is the truth. Finishes what pending pushes began: pull
 * requests first, then acts (against the record's own account, so that it works on an empty index too), then rows.
 * Must hold `lockRepo`: then nobody is between git and the index.
 */
export async function healRepo(ctx: HubContext, tx: Tx, repo: Repo): Promise<Healed> {
  const git = ctx.git.reader(repo.id);
  const refs = await git.refs();
  const pending = await loadPending(tx, repo.id);
  const done = pending.filter((push) =>
    push.updates.some((update) => (refs.get(update.ref) ?? null) === update.new),
  );
  for (const push of done) await completePulls(ctx, tx, repo, push);
  const facts = await readRepo(git, repo, refs, await loadPullStatuses(tx, repo.id));
  const stale = !sameRefs(refs, await loadRefs(tx, repo.id));
  const acts = toActs({
    before: await loadRecordedStands(tx, repo.id),
    after: facts.results.map(toStand),
    merging: done.map((push) => mergedBy(push.via, push.updates)).findLast((number) => number !== undefined),
  });
  const changed = stale || acts.length > 0;
  if (changed) {
    await raiseVersion(tx, repo.id);
    await writeActs(tx, repo, acts, causeOf(done));
    await replaceFacts(tx, 'derived', repo.id, facts);
    if (repo.type === 'model') await placeModelAnew(ctx, tx, repo.id);
    if (repo.type === 'dataset') {
      const { actorId: id, actorName: name } = causeOf(done);
      await recordErrata(tx, repo, facts.benchmark, { id, name });
      await bindResults(ctx, tx, repo, true);
    }
  }
  await settle(tx, repo.id, done);
  await noteSeen(tx, repo.id);
  return { facts, changed };
}

async function loadPending(tx: Tx, repoId: string): Promise<PendingPush[]> {
  return tx.query<PendingPush>(
    `SELECT p.id, p.actor_id AS "actorId", a.name AS "actorName", p.via, p.updates
     FROM record.pushes p LEFT JOIN record.accounts a ON a.id = p.actor_id
     WHERE p.repo_id = $1 AND p.applied_at IS NULL ORDER BY p.id`,
    [repoId],
  );
}

/** Whether the index knows the refs as git has them. */
export function sameRefs(refs: Map<string, string>, rows: { ref: string; commit_oid: string }[]): boolean {
  return rows.length === refs.size && rows.every((row) => refs.get(row.ref) === row.commit_oid);
}

function causeOf(pushes: PendingPush[]): Cause {
  const last = pushes.at(-1);
  if (!last) return { actorId: null, actorName: null, via: 'heal', healed: true };
  return { actorId: last.actorId, actorName: last.actorName, via: last.via, healed: true };
}

/** Pushes that took effect are applied; those that did not, and by the lock are not under way, never happened. */
async function settle(tx: Tx, repoId: string, done: PendingPush[]): Promise<void> {
  const ids = done.map((push) => push.id);
  await tx.query('UPDATE record.pushes SET applied_at = now() WHERE id = ANY($1)', [ids]);
  await tx.query(
    `DELETE FROM record.pushes WHERE repo_id = $1 AND applied_at IS NULL AND created_at < now() - interval '1 hour'`,
    [repoId],
  );
}
