import { newId, type RepoType } from '@assay/spec';
import { accessOf } from '../auth/access.ts';
import { findAccount } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { findRepo } from '../repos/require-repo.ts';

export const webhookDomains = ['repo', 'discussion'] as const;
type WebhookDomain = (typeof webhookDomains)[number];

/** What a webhook looks at, by name: one repo, or all repos of an account. */
export interface Watch {
  type: 'user' | 'org' | RepoType;
  name: string;
}

export interface Webhook {
  id: string;
  url: string;
  domains: WebhookDomain[];
  secret: string | null;
  disabled: 'by-owner' | 'after-failures' | null;
  watched: Watch[];
}

export interface WebhookWish {
  url: string;
  domains: WebhookDomain[];
  /** Left out: as it was. */
  secret?: string | null;
  watched: Watch[];
}

const mostOfOne = 50;

const columns = `w.id, w.url, w.domains, w.secret, w.disabled, coalesce((
  SELECT jsonb_agg(jsonb_build_object('type', coalesce(a.kind, r.type), 'name', coalesce(a.name, r.namespace || '/' || r.name))
                   ORDER BY s.position)
    FROM record.webhook_watches s
    LEFT JOIN record.accounts a ON a.id = s.target_id AND a.deleted_at IS NULL
    LEFT JOIN record.repos r ON r.id = s.target_id AND r.deleted_at IS NULL
   WHERE s.webhook_id = w.id AND (a.id IS NOT NULL OR r.id IS NOT NULL)), '[]') AS watched`;

/** All webhooks of an account, oldest first. */
export async function listWebhooks(sql: Sql, accountId: string): Promise<Webhook[]> {
  return sql.query<Webhook>(
    `SELECT ${columns} FROM record.webhooks w WHERE w.account_id = $1 ORDER BY w.created_at, w.id`,
    [accountId],
  );
}

/** @throws HubError `not-found`, also for another's */
export async function requireWebhook(sql: Sql, accountId: string, id: string): Promise<Webhook> {
  const found = await sql.maybe<Webhook>(
    `SELECT ${columns} FROM record.webhooks w WHERE w.account_id = $1 AND w.id = $2`,
    [accountId, id],
  );
  if (found) return found;
  throw new HubError('not-found', 'there is no such webhook');
}

/** @throws HubError `conflict` when there are too many; `repo-not-found`, `not-found` for what the actor cannot see */
export async function createWebhook(ctx: HubContext, actor: Actor, wish: WebhookWish): Promise<Webhook> {
  const targets = await targetsOf(ctx, actor, wish.watched);
  return ctx.db.tx(async (tx) => {
    const { held } = await tx.one<{ held: number }>(
      'SELECT count(*)::int AS held FROM record.webhooks WHERE account_id = $1',
      [actor.id],
    );
    if (held >= mostOfOne) throw new HubError('conflict', `you have ${mostOfOne} webhooks already`);
    const id = newId();
    await tx.query(
      'INSERT INTO record.webhooks (id, account_id, url, domains, secret) VALUES ($1, $2, $3, $4, $5)',
      [id, actor.id, wish.url, wish.domains, wish.secret ?? null],
    );
    await replaceWatches(tx, id, targets);
    await audit(tx, actor, 'webhook-created', { webhook: id });
    return requireWebhook(tx, actor.id, id);
  });
}

export async function updateWebhook(
  ctx: HubContext,
  actor: Actor,
  id: string,
  wish: WebhookWish,
): Promise<Webhook> {
  const targets = await targetsOf(ctx, actor, wish.watched);
  return ctx.db.tx(async (tx) => {
    const before = await requireWebhook(tx, actor.id, id);
    const secret = wish.secret === undefined ? before.secret : wish.secret;
    await tx.query(
      'UPDATE record.webhooks SET url = $2, domains = $3, secret = $4, failures = 0 WHERE id = $1',
      [id, wish.url, wish.domains, secret],
    );
    await replaceWatches(tx, id, targets);
    await audit(tx, actor, 'webhook-changed', { webhook: id });
    return requireWebhook(tx, actor.id, id);
  });
}

/** Turns it on again, with a clean slate, or off. */
export async function switchWebhook(
  ctx: HubContext,
  actor: Actor,
  id: string,
  on: boolean,
): Promise<Webhook> {
  return ctx.db.tx(async (tx) => {
    await requireWebhook(tx, actor.id, id);
    await tx.query('UPDATE record.webhooks SET disabled = $2, failures = 0 WHERE id = $1', [
      id,
      on ? null : 'by-owner',
    ]);
    await audit(tx, actor, on ? 'webhook-enabled' : 'webhook-disabled', { webhook: id });
    return requireWebhook(tx, actor.id, id);
  });
}

export async function deleteWebhook(ctx: HubContext, actor: Actor, id: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await requireWebhook(tx, actor.id, id);
    await tx.query('DELETE FROM record.webhooks WHERE id = $1', [id]);
    await audit(tx, actor, 'webhook-deleted', { webhook: id });
  });
}

async function replaceWatches(tx: Tx, id: string, targets: string[]): Promise<void> {
  await tx.query('DELETE FROM record.webhook_watches WHERE webhook_id = $1', [id]);
  await tx.query(
    `INSERT INTO record.webhook_watches (webhook_id, target_id, position)
     SELECT $1, target, position FROM unnest($2::text[]) WITH ORDINALITY AS t (target, position)`,
    [id, targets],
  );
}

/** Ids of what is watched. A private repo of others is not there, and one that is not there neither. */
async function targetsOf(ctx: HubContext, actor: Actor, watched: Watch[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const { type, name } of watched) {
    if (type === 'user' || type === 'org') {
      const account = await findAccount(ctx.db, name);
      if (account?.kind !== type) throw nothingThere(type, name);
      ids.add(account.id);
      continue;
    }
    const repo = await findRepo(ctx.db, type, name);
    if (!repo || !(await accessOf(ctx, actor, repo)).read) throw nothingThere(type, name);
    ids.add(repo.id);
  }
  return [...ids];
}

function nothingThere(type: string, name: string): HubError {
  return new HubError(
    'invalid-input',
    `there is no ${type} ${name.slice(0, 200)} to watch, or you may not see it`,
  );
}
