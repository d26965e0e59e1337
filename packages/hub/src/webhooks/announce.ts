import { newId } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import { webhookQueues } from '../jobs/queue-rules.ts';
import type { Repo } from '../repos/repo.ts';
import { type Happening, toPayload } from './payload.ts';

/** Messages of one webhook that are kept. */
const kept = 100;

/**
 * Tells the webhooks that watch a repo what happens to it, in the transaction in which it happens: a message stands or
 * falls with its cause. One look into an index when nobody watches. Whose webhook may not see the repo gets nothing.
 */
export async function announce(
  ctx: Pick<HubContext, 'config' | 'jobs' | 'git'>,
  tx: Tx,
  repo: Repo,
  happening: Happening,
): Promise<void> {
  const webhooks = await tx.query<{ id: string }>(
    `SELECT DISTINCT w.id FROM record.webhook_watches s
       JOIN record.webhooks w ON w.id = s.webhook_id AND w.disabled IS NULL
       JOIN record.accounts a ON a.id = w.account_id AND a.deleted_at IS NULL
      WHERE s.target_id IN ($1, $2) AND $3 = ANY (w.domains)
        AND (NOT $4 OR a.is_admin OR a.id = $2 OR EXISTS
          (SELECT 1 FROM record.memberships m WHERE m.org_id = $2 AND m.user_id = a.id))`,
    [repo.id, repo.ownerId, happening.scope.startsWith('repo') ? 'repo' : 'discussion', repo.private],
  );
  if (webhooks.length === 0) return;
  const payload = await toPayload(ctx, tx, repo, happening);
  for (const { id } of webhooks) await queue(ctx, tx, { webhookId: id, repoId: repo.id, payload });
}

async function queue(
  ctx: Pick<HubContext, 'config' | 'jobs'>,
  tx: Tx,
  message: { webhookId: string; repoId: string; payload: object },
): Promise<void> {
  const { webhookId, repoId } = message;
  const id = newId();
  const payload = { ...message.payload, webhook: { id: webhookId, version: 3 } };
  await tx.query(
    'INSERT INTO record.webhook_deliveries (id, webhook_id, repo_id, payload) VALUES ($1, $2, $3, $4)',
    [id, webhookId, repoId, JSON.stringify(payload)],
  );
  await tx.query(
    `DELETE FROM record.webhook_deliveries WHERE status <> 'waiting' AND id IN (
       SELECT id FROM record.webhook_deliveries WHERE webhook_id = $1 ORDER BY created_at DESC, id OFFSET $2)`,
    [webhookId, kept],
  );
  await sendMessage(ctx, tx, id);
}

/** Hands a message in to be sent when the transaction commits. */
export async function sendMessage(
  ctx: Pick<HubContext, 'config' | 'jobs'>,
  tx: Tx,
  id: string,
): Promise<void> {
  const retries = ctx.config.webhookTries - 1;
  await ctx.jobs.send(webhookQueues.send, { delivery: id }, { tx, retries });
}

/** What a push says to webhooks: the first commit of `main` makes the repo, any other push changes its content. */
export async function announcePush(
  ctx: Pick<HubContext, 'config' | 'jobs' | 'git'>,
  tx: Tx,
  push: { repo: Repo; via: string; updates: RefUpdate[] },
): Promise<void> {
  const { repo, via, updates } = push;
  const moved = updates.filter(({ old, new: oid }) => old !== oid);
  const main = updates.find(({ ref }) => ref === 'refs/heads/main');
  const fresh = via === 'create' && main?.old === null;
  await announce(ctx, tx, repo, {
    action: fresh ? 'create' : 'update',
    scope: fresh ? 'repo' : 'repo.content',
    ...(main?.new && { headSha: main.new }),
    ...(!fresh && {
      updatedRefs: moved.map(({ ref, old, new: oid }) => ({ ref, oldSha: old, newSha: oid })),
    }),
  });
}
