import type { ClosingReason } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { onPullRequestStatus } from '../index/index-status.ts';
import type { Repo } from '../repos/repo.ts';
import { announce } from '../webhooks/announce.ts';
import { lockDiscussion } from './discussion.ts';
import { addEvent, newComment, type StoredEvent } from './events.ts';
import { cleanText } from './texts.ts';

export interface StatusWish {
  repo: Repo;
  actor: Actor;
  num: number;
  status: 'open' | 'closed';
  /** Said with it; of a close it is the reason, in words, that the acts keep. */
  comment?: string;
  /** Of a close: which of the stated reasons it is. */
  closing?: ClosingReason;
}

/**
 * Closes or reopens; opening a draft publishes it. Status, event, acts and boards change in one transaction. The caller
 * has checked that the actor may.
 * @throws HubError `conflict` when it is merged, or already so
 */
export async function changeStatus(ctx: HubContext, wish: StatusWish): Promise<StoredEvent> {
  const { repo, actor, num, status } = wish;
  const comment = wish.comment ? cleanText(wish.comment) : undefined;
  return ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    const discussion = await lockDiscussion(tx, repo, num);
    const from = discussion.status;
    if (from === 'merged')
      throw new HubError('conflict', `pull request ${num} is merged; that cannot change`);
    if (from === status) throw new HubError('conflict', `${num} is ${status} already`);
    const said = comment && (await addEvent(tx, discussion.id, actor.id, newComment(comment)));
    await tx.query('UPDATE record.discussions SET status = $2 WHERE id = $1', [discussion.id, status]);
    const closing =
      status === 'closed' && discussion.isPullRequest
        ? { closing: wish.closing ?? ('unstated' as const) }
        : {};
    const reason = { ...(comment ? { reason: comment } : {}), ...closing };
    const event = await addEvent(tx, discussion.id, actor.id, {
      type: 'status-change',
      data: { status, ...reason },
    });
    if (discussion.isPullRequest) {
      await onPullRequestStatus(tx, repo, { num, from, to: status, actor, ...reason });
    }
    const where = { discussion: discussion.id };
    if (said)
      await announce(ctx, tx, repo, {
        action: 'create',
        scope: 'discussion.comment',
        ...where,
        comment: said.id,
      });
    await announce(ctx, tx, repo, { action: 'update', scope: 'discussion', ...where });
    return event;
  });
}
