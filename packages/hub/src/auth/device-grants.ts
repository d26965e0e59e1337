import { randomInt } from 'node:crypto';
import { newId } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';
import { hashSecret, newSecret, newToken } from './secrets.ts';
import { createToken } from './tokens.ts';

/** RFC 8628: how long a code waits, and how often a program may ask. */
export const deviceSeconds = { expires: 900, interval: 5 } as const;
/** How long an access token lives, and until when after that it can be changed for a fresh one. */
export const tokenDays = { access: 30, refresh: 60 } as const;

/** Consonants without those that look alike: no words, no mistakes (RFC 8628, section 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/** What programs are called that people know. */
const clients: Record<string, string> = { '26be6b09-91c5-47da-9861-d2d2bb7a7e36': 'hf auth login' };
const nameOf = (clientId: string) => clients[clientId] ?? `the program ${clientId}`;

type GrantFault = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied' | 'invalid_grant';
export type GrantAnswer =
  | { ok: true; accessToken: string; refreshToken: string }
  | { ok: false; fault: GrantFault };

/** Begins: a secret for the program, and a short code for the person. */
export async function beginDeviceGrant(
  ctx: HubContext,
  asking: { clientId: string; address: string },
): Promise<{ deviceCode: string; userCode: string }> {
  const deviceCode = newSecret();
  const pick = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const userCode = `${pick()}-${pick()}`;
  await ctx.db.query('DELETE FROM record.device_grants WHERE expires_at < now()');
  await ctx.db.query(
    `INSERT INTO record.device_grants (device_hash, user_code, client_id, address, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    [hashSecret(deviceCode), userCode, asking.clientId, asking.address, deviceSeconds.expires],
  );
  return { deviceCode, userCode };
}

/** What a person is asked to confirm. @throws HubError `not-found` */
export async function findDeviceGrant(
  ctx: HubContext,
  userCode: string,
): Promise<{ userCode: string; client: string; address: string; expiresAt: Date }> {
  const row = await ctx.db.maybe<{ userCode: string; clientId: string; address: string; expiresAt: Date }>(
    `SELECT user_code AS "userCode", client_id AS "clientId", address, expires_at AS "expiresAt"
       FROM record.device_grants WHERE user_code = $1 AND status = 'pending' AND expires_at > now()`,
    [toUserCode(userCode)],
  );
  if (!row) throw new HubError('not-found', 'there is no such code; it may have expired or been answered');
  const { clientId, ...grant } = row;
  return { ...grant, client: nameOf(clientId) };
}

/** However a person types it. */
function toUserCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^A-Z]/g, '');
  return `${plain.slice(0, 4)}-${plain.slice(4, 8)}`;
}

/** The person's answer, once. @throws HubError `not-found` */
export async function answerDeviceGrant(
  ctx: HubContext,
  actor: Actor,
  userCode: string,
  allow: boolean,
): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const answered = await tx.query<{ client_id: string }>(
      `UPDATE record.device_grants SET status = $2, account_id = $3
        WHERE user_code = $1 AND status = 'pending' AND expires_at > now() RETURNING client_id`,
      [toUserCode(userCode), allow ? 'allowed' : 'denied', actor.id],
    );
    const [grant] = answered;
    if (!grant)
      throw new HubError('not-found', 'there is no such code; it may have expired or been answered');
    await audit(tx, actor, allow ? 'device-allowed' : 'device-denied', { client: nameOf(grant.client_id) });
  });
}

/** The program asks whether the person has answered; a yes is handed out once. */
export async function redeemDeviceGrant(
  ctx: HubContext,
  deviceCode: string,
  clientId: string,
): Promise<GrantAnswer> {
  return ctx.db.tx(async (tx) => {
    const row = await tx.maybe<{
      status: string;
      accountId: string | null;
      clientId: string;
      early: boolean;
      late: boolean;
    }>(
      `SELECT status, account_id AS "accountId", client_id AS "clientId", expires_at <= now() AS late,
              coalesce(asked_at > now() - make_interval(secs => $2), false) AS early
         FROM record.device_grants WHERE device_hash = $1 FOR UPDATE`,
      [hashSecret(deviceCode), deviceSeconds.interval - 1],
    );
    if (!row || row.clientId !== clientId) return { ok: false, fault: 'invalid_grant' };
    if (row.late) return { ok: false, fault: 'expired_token' };
    if (row.status === 'pending') {
      await tx.query('UPDATE record.device_grants SET asked_at = now() WHERE device_hash = $1', [
        hashSecret(deviceCode),
      ]);
      return { ok: false, fault: row.early ? 'slow_down' : 'authorization_pending' };
    }
    await tx.query('DELETE FROM record.device_grants WHERE device_hash = $1', [hashSecret(deviceCode)]);
    if (row.status === 'denied' || row.accountId === null) return { ok: false, fault: 'access_denied' };
    const expiresAt = new Date(ctx.clock().getTime() + tokenDays.access * 86_400_000);
    const displayName = `${nameOf(clientId)} ${newId().slice(0, 6)}`.slice(0, 100);
    const made = await createToken(tx, row.accountId, { displayName, role: 'write', expiresAt });
    const refreshToken = newSecret();
    await tx.query('UPDATE record.tokens SET refresh_hash = $2 WHERE id = $1', [
      made.id,
      hashSecret(refreshToken),
    ]);
    return { ok: true, accessToken: made.secret, refreshToken };
  });
}

/** Changes both secrets of a token for fresh ones; the old ones end. */
export async function refreshToken(ctx: HubContext, secret: string): Promise<GrantAnswer> {
  const [accessToken, next] = [newToken(), newSecret()];
  const changed = await ctx.db.query(
    `UPDATE record.tokens SET hash = $2, refresh_hash = $3, expires_at = now() + make_interval(days => $4)
      WHERE refresh_hash = $1 AND expires_at > now() - make_interval(days => $5) RETURNING id`,
    [hashSecret(secret), hashSecret(accessToken), hashSecret(next), tokenDays.access, tokenDays.refresh],
  );
  return changed.length === 1
    ? { ok: true, accessToken, refreshToken: next }
    : { ok: false, fault: 'invalid_grant' };
}
