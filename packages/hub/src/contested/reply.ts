import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { listActsOfResults } from '../leaderboards/act-list.ts';
import { findResult } from '../leaderboards/results.ts';

/** Replies that one result takes; then everything is said. */
const mostReplies = 20;

/**
 * The right of reply: whoever submitted a result that is off the boards answers, whatever the model's owner allows in
 * discussions. The answer is an act: shown beside the closing, and logged.
 * @throws HubError `not-found`, `forbidden` (others), `conflict` (it stands on a board, or all was said)
 */
export async function replyTo(ctx: HubContext, actor: Actor, resultId: string, text: string): Promise<void> {
  const acts = (await listActsOfResults(ctx, actor, [resultId])).get(resultId) ?? [];
  const first = acts.find((act) => act.resultId === resultId);
  if (!first) throw new HubError('not-found', `there is no result ${resultId.slice(0, 40)}`);
  if (!(await submittedBy(ctx, resultId, actor.id)))
    throw new HubError(
      'forbidden',
      'only whoever submitted a result replies here; anyone may comment in its discussion',
    );
  const places = await findResult(ctx, actor, resultId);
  if (places.some((place) => place.standing !== 'closed'))
    throw new HubError('conflict', 'this result stands on its board; there is nothing to reply to');
  if (acts.filter((act) => act.kind === 'replied').length >= mostReplies)
    throw new HubError('conflict', `a result takes at most ${mostReplies} replies`);
  await ctx.db.query(
    `INSERT INTO record.acts (kind, actor_id, actor_name, repo_id, repo_name, result_id, pull_request, filename,
       dataset_id, task_id, commit_oid, entry, detail)
     SELECT 'replied', $2, $3, repo_id, repo_name, result_id, pull_request, filename, dataset_id, task_id, commit_oid,
       entry, $4 FROM record.acts WHERE result_id = $1 AND kind <> 'replied' ORDER BY seq DESC LIMIT 1`,
    [resultId, actor.id, actor.name, JSON.stringify({ text })],
  );
}

async function submittedBy(ctx: HubContext, resultId: string, accountId: string): Promise<boolean> {
  const first = await ctx.db.maybe<{ actor: string | null }>(
    'SELECT actor_id AS actor FROM record.acts WHERE result_id = $1 ORDER BY seq LIMIT 1',
    [resultId],
  );
  return first?.actor === accountId;
}
