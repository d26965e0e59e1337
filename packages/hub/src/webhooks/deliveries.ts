import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { sendMessage } from './announce.ts';

export interface DeliveryRow {
  id: string;
  event: { action: string; scope: string };
  repo: string;
  createdAt: Date;
  attempts: number;
  status: 'waiting' | 'delivered' | 'given-up' | 'withheld';
  /** The receiver's status, or why there was none. */
  answer: string | null;
}

/** The newest messages of a webhook. */
export async function listDeliveries(sql: Sql, webhookId: string): Promise<DeliveryRow[]> {
  return sql.query<DeliveryRow>(
    `SELECT id, payload -> 'event' AS event, payload -> 'repo' ->> 'name' AS repo, created_at AS "createdAt", attempts,
            status, answer
       FROM record.webhook_deliveries WHERE webhook_id = $1 ORDER BY created_at DESC, id LIMIT 50`,
    [webhookId],
  );
}

/** Sends a message that was given up once more. @throws HubError `not-found`, `conflict` for any other */
export async function sendAgain(ctx: HubContext, webhookId: string, deliveryId: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const found = await tx.maybe<{ status: string }>(
      'SELECT status FROM record.webhook_deliveries WHERE id = $1 AND webhook_id = $2 FOR UPDATE',
      [deliveryId, webhookId],
    );
    if (!found) throw new HubError('not-found', 'there is no such message');
    if (found.status !== 'given-up') throw new HubError('conflict', `the message is ${found.status}`);
    await tx.query("UPDATE record.webhook_deliveries SET status = 'waiting' WHERE id = $1", [deliveryId]);
    await sendMessage(ctx, tx, deliveryId);
  });
}
