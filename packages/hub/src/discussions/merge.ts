import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { toAuthor } from '../receive/author.ts';
import { receive } from '../receive/receive.ts';
import { toHubError } from '../receive/refusal.ts';
import { inTurnOfRef } from '../receive/turns.ts';
import type { Repo } from '../repos/repo.ts';
import { announce } from '../webhooks/announce.ts';
import { markMerged } from './complete-pulls.ts';
import { type Discussion, lockDiscussion, requireDiscussion } from './discussion.ts';
import { addEvent, newComment } from './events.ts';
import { cleanText } from './texts.ts';

export interface MergeWish {
  repo: Repo;
  actor: Actor;
  num: number;
  comment?: string;
}

/** Pushes, and other processes, may move the branch while we merge: look again, so often. */
const maxAttempts = 20;

/**
 * Merges a pull request into its base branch; answers the merge commit. Branch, status, acts and boards change in one
 * transaction. The caller has checked that the actor may write.
 * @throws HubError `conflict` when it is not open or does not merge, `invalid-input` when the merged files are faulty
 */
export async function mergePullRequest(ctx: HubContext, wish: MergeWish): Promise<string> {
  const { baseRef } = await requireDiscussion(ctx, wish.repo, wish.num);
  return inTurnOfRef(wish.repo.id, baseRef ?? '', () => mergeInTurn(ctx, wish));
}

async function mergeInTurn(ctx: HubContext, wish: MergeWish): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const pull = await requireDiscussion(ctx, wish.repo, wish.num);
    assertMergeable(pull);
    try {
      return await mergeOnce(ctx, wish, pull);
    } catch (error) {
      if (!(error instanceof HubError && error.code === 'stale-ref') || attempt === maxAttempts) throw error;
    }
  }
}

function assertMergeable(pull: Discussion): asserts pull is Discussion & { baseRef: string } {
  if (!pull.isPullRequest || pull.baseRef === null)
    throw new HubError('conflict', `${pull.num} is a discussion and no pull request`);
  if (pull.status === 'open') return;
  const hint = pull.status === 'draft' ? 'push a commit to it first' : 'reopen it first';
  const facts = pull.status === 'merged' ? {} : { hint };
  throw new HubError('conflict', `pull request ${pull.num} is ${pull.status} and cannot be merged`, facts);
}

async function mergeOnce(
  ctx: HubContext,
  wish: MergeWish,
  pull: Discussion & { baseRef: string },
): Promise<string> {
  const { repo, actor } = wish;
  const git = ctx.git.reader(repo.id);
  const ref = `refs/pr/${pull.num}`;
  const [base, head] = [await git.resolve(pull.baseRef), await git.resolve(ref)];
  if (base === null || head === null) throw new HubError('conflict', `${pull.baseRef} or ${ref} is missing`);
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const merged = await quarantine.merge({
      base,
      head,
      message: `${pull.title} (#${pull.num})\n`,
      author: toAuthor(actor),
      date: ctx.clock(),
    });
    if (!merged.ok) throw conflictIn(pull, merged.conflicts);
    const updates = [
      { ref: pull.baseRef, old: base, new: merged.oid },
      { ref, old: head, new: head }, // holds the pull request still, and tells the sweep which one was merged
    ];
    const outcome = await receive(ctx, {
      repo,
      actor,
      via: 'merge',
      updates,
      quarantine,
      async inTransaction(tx) {
        const now = await lockDiscussion(tx, repo, pull.num);
        assertMergeable(now);
        const said =
          wish.comment && (await addEvent(tx, now.id, actor.id, newComment(cleanText(wish.comment))));
        await markMerged(tx, now, merged.oid, actor.id);
        const where = { discussion: now.id };
        if (said)
          await announce(ctx, tx, repo, {
            action: 'create',
            scope: 'discussion.comment',
            ...where,
            comment: said.id,
          });
        await announce(ctx, tx, repo, { action: 'update', scope: 'discussion', ...where });
      },
    });
    if (!outcome.ok) throw toHubError(outcome.refused);
    return merged.oid;
  } finally {
    quarantine.discard();
  }
}

function conflictIn(pull: Discussion, files: string[]): HubError {
  const where = files.length > 0 ? `: ${files.slice(0, 20).join(', ')}` : '';
  return new HubError('conflict', `pull request ${pull.num} conflicts with ${pull.baseRef}${where}`, {
    hint: `merge ${pull.baseRef} into refs/pr/${pull.num}, mend the conflicts, and push`,
  });
}
