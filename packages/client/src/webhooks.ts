import { askJson, type HubConnection, send } from './connection.ts';

/** One's own webhooks. */

export interface WatchedThing {
  type: 'user' | 'org' | 'model' | 'dataset' | 'space';
  name: string;
}

export interface Webhook {
  id: string;
  url: string;
  watched: WatchedThing[];
  domains: string[];
  secret: string | null;
  disabled: boolean | 'suspended-after-failure';
}

export interface WebhookDelivery {
  id: string;
  event: { action: string; scope: string };
  repo: string;
  createdAt: string;
  attempts: number;
  status: 'waiting' | 'delivered' | 'given-up' | 'withheld';
  answer: string | null;
}

const path = '/api/settings/webhooks';

export function listWebhooks(connection: HubConnection): Promise<Webhook[]> {
  return askJson(connection, path);
}

export async function readWebhook(connection: HubConnection, id: string): Promise<Webhook> {
  const answer = await askJson<{ webhook: Webhook }>(connection, `${path}/${encodeURIComponent(id)}`);
  return answer.webhook;
}

export async function createWebhook(
  connection: HubConnection,
  webhook: Pick<Webhook, 'url' | 'watched' | 'domains'> & { secret?: string },
): Promise<void> {
  await send(connection, path, { method: 'POST', json: webhook });
}

export async function switchWebhook(connection: HubConnection, id: string, on: boolean): Promise<void> {
  await send(connection, `${path}/${encodeURIComponent(id)}/${on ? 'enable' : 'disable'}`, {
    method: 'POST',
  });
}

export async function deleteWebhook(connection: HubConnection, id: string): Promise<void> {
  await send(connection, `${path}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function listDeliveries(connection: HubConnection, id: string): Promise<WebhookDelivery[]> {
  const answer = await askJson<{ deliveries: WebhookDelivery[] }>(
    connection,
    `/api/assay/webhooks/${encodeURIComponent(id)}/deliveries`,
  );
  return answer.deliveries;
}

/** Sends a message that was given up once more. */
export async function sendAgain(connection: HubConnection, id: string, delivery: string): Promise<void> {
  const tail = `${encodeURIComponent(id)}/deliveries/${encodeURIComponent(delivery)}/again`;
  await send(connection, `/api/assay/webhooks/${tail}`, { method: 'POST' });
}
