import { newId } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import { hashSecret, newSecret } from '../auth/secrets.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** A program that asks people to act for them. */
export interface OAuthApp {
  /** Its `client_id`. */
  id: string;
  name: string;
  homepage: string | null;
  redirectUris: string[];
  /** Whether it has a secret; without one it must use PKCE. */
  confidential: boolean;
  createdAt: Date;
  /** Name of the account that registered it. */
  owner: string;
}

export interface AppWish {
  name: string;
  homepage: string | null;
  redirectUris: string[];
}

const mostApps = 100;
const columns = `p.id, p.name, p.homepage, p.redirect_uris AS "redirectUris", p.secret_hash IS NOT NULL AS confidential,
  p.created_at AS "createdAt", a.name AS owner`;
/** Apps of closed accounts are gone with them. */
const source = 'record.oauth_apps p JOIN record.accounts a ON a.id = p.account_id AND a.deleted_at IS NULL';

/** The app of this client id, or null. */
export function findApp(sql: Sql, id: string): Promise<OAuthApp | null> {
  return sql.maybe<OAuthApp>(`SELECT ${columns} FROM ${source} WHERE p.id = $1`, [id]);
}

/** The apps that an account registered, newest first. */
export function listApps(sql: Sql, accountId: string): Promise<OAuthApp[]> {
  return sql.query<OAuthApp>(
    `SELECT ${columns} FROM ${source} WHERE p.account_id = $1 ORDER BY p.created_at DESC, p.id`,
    [accountId],
  );
}

/** Registers an app. The secret of a confidential one is told here and kept nowhere. @throws HubError `quota-exceeded` */
export async function createApp(
  ctx: HubContext,
  actor: Actor,
  wish: AppWish & { confidential: boolean },
): Promise<{ id: string; secret: string | null }> {
  const id = newId();
  const secret = wish.confidential ? newSecret() : null;
  await ctx.db.tx(async (tx) => {
    await tx.query('SELECT 1 FROM record.accounts WHERE id = $1 FOR UPDATE', [actor.id]);
    if ((await listApps(tx, actor.id)).length >= mostApps)
      throw new HubError('quota-exceeded', `you have ${mostApps} apps, the most that one account may have`);
    await tx.query(
      `INSERT INTO record.oauth_apps (id, account_id, name, homepage, redirect_uris, secret_hash)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, actor.id, wish.name, wish.homepage, wish.redirectUris, secret && hashSecret(secret)],
    );
    await audit(tx, actor, 'app-created', { app: id, name: wish.name });
  });
  return { id, secret };
}

/** @throws HubError `not-found` */
export async function changeApp(ctx: HubContext, actor: Actor, id: string, wish: AppWish): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const changed = await tx.query(
      `UPDATE record.oauth_apps SET name = $3, homepage = $4, redirect_uris = $5
        WHERE id = $1 AND account_id = $2 RETURNING id`,
      [id, actor.id, wish.name, wish.homepage, wish.redirectUris],
    );
    if (changed.length === 0) throw noSuchApp();
    await audit(tx, actor, 'app-changed', { app: id, name: wish.name });
  });
}

/** Takes an app away, and with it every code and token that it was given. @throws HubError `not-found` */
export async function deleteApp(ctx: HubContext, actor: Actor, id: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const gone = await tx.query(
      'DELETE FROM record.oauth_apps WHERE id = $1 AND account_id = $2 RETURNING id',
      [id, actor.id],
    );
    if (gone.length === 0) throw noSuchApp();
    await audit(tx, actor, 'app-deleted', { app: id });
  });
}

const noSuchApp = () => new HubError('not-found', 'you have no such app');
