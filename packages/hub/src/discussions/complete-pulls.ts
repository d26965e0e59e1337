import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import { recordPullRequestPush } from '../receive/pull-request-push.ts';
import type { Repo } from '../repos/repo.ts';
import { findDiscussion } from './discussion.ts';
import { addEvent } from './events.ts';
import { addCommitEvents, insertDiscussion } from './insert-discussion.ts';

/** A push whose refs moved in git while its transaction was lost. */
export interface LostPush {
  actorId: string | null;
  via: string;
  updates: RefUpdate[];
}

const mainRef = 'refs/heads/main';

/**
 * Finishes in the record what a lost push did to pull requests in git. What it cannot know any more (the title and text
 * of one that was being opened) it takes from the commit.
 */
export async function completePulls(ctx: HubContext, tx: Tx, repo: Repo, push: LostPush): Promise<void> {
  const { actorId, updates } = push;
  if (push.via === 'mirror') return; // its discussions were there before its refs
  const branch = updates.find((update) => pullRequestOf(update.ref) === null && update.new !== null);
  for (const update of updates) {
    const num = pullRequestOf(update.ref);
    if (num === null || update.new === null) continue;
    const discussion = await findDiscussion(tx, repo.id, num);
    if (!discussion) await openLost(ctx, tx, { repoId: repo.id, num, head: update.new, actorId });
    else if (push.via === 'merge' && branch) await markMerged(tx, discussion, branch.new!, actorId);
    else if (update.old !== null && actorId !== null)
      await recordPullRequestPush(ctx, tx, { repo, actor: { id: actorId }, updates: [update] });
  }
}

interface LostPull {
  repoId: string;
  num: number;
  head: string;
  actorId: string | null;
}

async function openLost(ctx: HubContext, tx: Tx, lost: LostPull): Promise<void> {
  const git = ctx.git.reader(lost.repoId);
  const main = await git.resolve(mainRef);
  const commit = await git.commit(lost.head);
  const id = await insertDiscussion(tx, {
    repoId: lost.repoId,
    num: lost.num,
    title: commit.title || `Pull request ${lost.num}`,
    description: commit.message,
    status: lost.head === main ? 'draft' : 'open',
    authorId: lost.actorId,
    baseRef: mainRef,
  });
  await tx.query(
    'UPDATE record.repos SET next_discussion_num = greatest(next_discussion_num, $2 + 1) WHERE id = $1',
    [lost.repoId, lost.num],
  );
  await addCommitEvents(tx, git, { discussionId: id, head: lost.head, base: main, authorId: lost.actorId });
}

/** Notes that a pull request was merged as this commit; once. */
export async function markMerged(
  tx: Tx,
  discussion: { id: string; status: string },
  mergeCommit: string,
  actorId: string | null,
): Promise<void> {
  if (discussion.status === 'merged') return;
  await tx.query("UPDATE record.discussions SET status = 'merged', merge_commit = $2 WHERE id = $1", [
    discussion.id,
    mergeCommit,
  ]);
  await addEvent(tx, discussion.id, actorId, { type: 'status-change', data: { status: 'merged' } });
}
