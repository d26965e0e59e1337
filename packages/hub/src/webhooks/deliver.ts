import { createHmac } from 'node:crypto';
import { standingIn, toAccess } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { webhookQueues } from '../jobs/queue-rules.ts';
import { guardedPost } from '../outbound/guarded-post.ts';
import { repoColumns, toRepo } from '../repos/repo.ts';

/** Messages given up in a row after which a webhook is turned off. */
const patience = 20;
const timeoutMs = 10_000;
/** Receivers may be slow; so many are waited for at once. */
const atOnce = 8;

/** Starts sending messages in this process: each is tried again with growing pauses, and at last given up. */
export async function startDeliveries(ctx: HubContext): Promise<void> {
  await ctx.jobs.work(webhookQueues.send, (data) => deliver(ctx, idOf(data)), { atOnce });
  await ctx.jobs.work(webhookQueues.dead, (data) => giveUp(ctx, idOf(data)));
}

const idOf = (data: object) => (data as { delivery: string }).delivery;

interface Delivery {
  webhookId: string;
  repoId: string;
  payload: object;
  createdAt: Date;
  url: string;
  secret: string | null;
  accountId: string;
  isAdmin: boolean;
}

async function deliver(ctx: HubContext, id: string): Promise<void> {
  const delivery = await ctx.db.maybe<Delivery>(
    `SELECT d.webhook_id AS "webhookId", d.repo_id AS "repoId", d.payload, d.created_at AS "createdAt", w.url, w.secret,
            a.id AS "accountId", a.is_admin AS "isAdmin"
       FROM record.webhook_deliveries d JOIN record.webhooks w ON w.id = d.webhook_id AND w.disabled IS NULL
       JOIN record.accounts a ON a.id = w.account_id AND a.deleted_at IS NULL
      WHERE d.id = $1 AND d.status IN ('waiting', 'given-up')`,
    [id],
  );
  if (!delivery) return; // deleted or turned off meanwhile
  if (!(await mayKnow(ctx, delivery)))
    return note(ctx, id, 'withheld', 'its owner may not see the repo any more');
  const outcome = await guardedPost(toPost(id, delivery), {
    allowedHosts: ctx.config.webhookPrivateHosts,
    timeoutMs,
  });
  const answer = 'status' in outcome ? `status ${outcome.status}` : outcome.refused;
  const delivered = 'status' in outcome && outcome.status >= 200 && outcome.status < 300;
  await note(ctx, id, delivered ? 'delivered' : 'waiting', answer);
  if (!delivered) throw new HubError('conflict', `webhook message ${id}: ${answer}`);
  await ctx.db.query('UPDATE record.webhooks SET failures = 0 WHERE id = $1 AND failures > 0', [
    delivery.webhookId,
  ]);
}

/** Asked again when it is sent: rights may have gone since. The rows of deleted repos are still there. */
async function mayKnow(ctx: HubContext, { repoId, accountId, isAdmin }: Delivery): Promise<boolean> {
  const row = await ctx.db.maybe<object>(`SELECT ${repoColumns} FROM record.repos r WHERE r.id = $1`, [
    repoId,
  ]);
  if (!row) return false;
  const repo = toRepo(row);
  const owner: Actor = { id: accountId, name: '', isAdmin, role: 'read', via: 'session' };
  return toAccess(owner, await standingIn(ctx.db, owner, repo.ownerId), repo).read;
}

/** The Hub's header with the secret itself, and the signature of the Standard Webhooks specification beside it. */
function toPost(id: string, { url, secret, payload, createdAt }: Delivery) {
  const body = JSON.stringify(payload);
  const timestamp = String(Math.floor(createdAt.getTime() / 1000));
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'assay-webhooks',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
  };
  if (secret === null) return { url, body, headers, secretHeaders: {} };
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const secretHeaders = { 'x-webhook-secret': secret, 'webhook-signature': `v1,${signature}` };
  return { url, body, headers, secretHeaders };
}

async function note(ctx: HubContext, id: string, status: string, answer: string): Promise<void> {
  await ctx.db.query(
    'UPDATE record.webhook_deliveries SET status = $2, answer = $3, attempts = attempts + 1 WHERE id = $1',
    [id, status, answer],
  );
}

async function giveUp(ctx: HubContext, id: string): Promise<void> {
  await ctx.db.query(
    `WITH gone AS (UPDATE record.webhook_deliveries SET status = 'given-up' WHERE id = $1 AND status = 'waiting'
                   RETURNING webhook_id)
     UPDATE record.webhooks w SET failures = failures + 1,
            disabled = CASE WHEN failures + 1 >= $2 THEN coalesce(disabled, 'after-failures') ELSE disabled END
       FROM gone WHERE w.id = gone.webhook_id`,
    [id, patience],
  );
}
