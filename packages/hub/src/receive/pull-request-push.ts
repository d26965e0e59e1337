import { newId } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import type { Repo } from '../repos/repo.ts';

/** Commits shown one by one in a pull request's history; of a longer push, the newest. */
const maxShown = 50;

export interface PullRequestPush {
  repo: Repo;
  actor: Pick<Actor, 'id'>;
  updates: RefUpdate[];
}

/**
 * Writes what a push to `refs/pr/N` means for pull request N: an event for each new commit, and a draft is opened by
 * its first commit (no client of the Hub ever opens the drafts it makes).
 */
export async function recordPullRequestPush(ctx: HubContext, tx: Tx, push: PullRequestPush): Promise<void> {
  for (const { ref, old, new: oid } of push.updates) {
    const number = pullRequestOf(ref);
    if (number === null || oid === null) continue;
    const { id, status } = await tx.one<{ id: string; status: string }>(
      'SELECT id, status FROM record.discussions WHERE repo_id = $1 AND num = $2 FOR UPDATE',
      [push.repo.id, number],
    );
    const event = (type: string, data: object) =>
      tx.query(
        'INSERT INTO record.discussion_events (id, discussion_id, type, author_id, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
        [newId(), id, type, push.actor.id, JSON.stringify(data), ctx.clock()],
      );
    for (const commit of await newCommits(ctx, push.repo.id, old, oid)) {
      await event('commit', { subject: commit.title, oid: commit.oid });
    }
    if (status === 'draft') await event('status-change', { status: 'open' });
    await tx.query(
      "UPDATE record.discussions SET status = CASE status WHEN 'draft' THEN 'open' ELSE status END, updated_at = $2 WHERE id = $1",
      [id, ctx.clock()],
    );
  }
}

/** Oldest first. */
async function newCommits(ctx: HubContext, repoId: string, old: string | null, oid: string) {
  const commits = await ctx.git.reader(repoId).log(oid, { limit: maxShown, ...(old ? { not: [old] } : {}) });
  return commits.reverse();
}
