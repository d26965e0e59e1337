import { toWireDate } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { followVerdictsIn, modelsOf } from '../index/follow-verdicts.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { retireCurrent, takeStatementKey } from './statement-key.ts';

/** A statement key of this hub, as its API tells it. */
export interface ApiKey {
  id: string;
  /** 32 bytes, base64url. */
  publicKey: string;
  held: 'database' | 'file' | 'command';
  state: 'current' | 'retired' | 'revoked';
  createdAt: string;
  retiredAt?: string;
  revokedAt?: string;
  reason?: string;
  /** Statements that it signed. */
  statements: number;
  /** Its leaves in the log, as far as they have a place. */
  leaves: { made?: number; retired?: number; revoked?: number };
}

interface Row {
  id: string;
  public_key: Buffer;
  held: ApiKey['held'];
  created_at: Date;
  retired_at: Date | null;
  revoked_at: Date | null;
  revocation_reason: string | null;
  statements: number;
  made: number | null;
  retired: number | null;
  revoked: number | null;
}

/** Every statement key that this hub ever had, newest first. */
export async function listKeys(ctx: HubContext): Promise<ApiKey[]> {
  const rows = await ctx.db.query<Row>(
    `SELECT k.*, m.index AS made, r.index AS retired, v.index AS revoked,
       (SELECT count(*)::int FROM record.statements s WHERE s.kid = k.id) AS statements
     FROM record.signing_keys k
     LEFT JOIN record.tlog_leaves m ON m.queue_id = k.made_leaf
     LEFT JOIN record.tlog_leaves r ON r.queue_id = k.retired_leaf
     LEFT JOIN record.tlog_leaves v ON v.queue_id = k.revoked_leaf
     WHERE k.purpose = 'statement' ORDER BY k.created_at DESC, k.id`,
  );
  return rows.map(toApiKey);
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    publicKey: row.public_key.toString('base64url'),
    held: row.held,
    state: row.revoked_at ? 'revoked' : row.retired_at ? 'retired' : 'current',
    createdAt: toWireDate(row.created_at),
    ...(row.retired_at && { retiredAt: toWireDate(row.retired_at) }),
    ...(row.revoked_at && { revokedAt: toWireDate(row.revoked_at) }),
    ...(row.revocation_reason && { reason: row.revocation_reason }),
    statements: row.statements,
    leaves: {
      ...(row.made !== null && { made: row.made }),
      ...(row.retired !== null && { retired: row.retired }),
      ...(row.revoked !== null && { revoked: row.revoked }),
    },
  };
}

/**
 * Retires the current key and makes another: what the old one signed stays good. An administrative act: audited, logged.
 * @throws HubError `conflict` while a key from outside is set: then the settings name the next one
 */
export async function rotateKey(
  ctx: HubContext,
  actor: Actor,
): Promise<{ retired: string | null; current: string }> {
  if (ctx.config.statementKeyFile || ctx.config.statementKeyCommand)
    throw new HubError('conflict', 'the statement key is held outside the database', {
      hint: 'Name another key in ASSAY_STATEMENT_KEY_FILE or ASSAY_STATEMENT_KEY_COMMAND and restart the hub.',
    });
  return ctx.db.tx(async (tx) => {
    const retired = await retireCurrent(tx, 'true', []);
    const { id: current } = await takeStatementKey(ctx, tx);
    await audit(tx, actor, 'key-rotated', { retired, current });
    return { retired, current };
  });
}

/**
 * Takes back all that a key signed, at once: badges and boards follow in the same transaction. Cannot be undone.
 * @throws HubError `not-found`; `invalid-input` without a reason; `conflict` when it was revoked before
 */
export async function revokeKey(ctx: HubContext, actor: Actor, id: string, reason: string): Promise<void> {
  const words = reason.trim().slice(0, 1_000);
  if (words === '') throw new HubError('invalid-input', 'say why: revoking a key needs a "reason"');
  await ctx.db.tx(async (tx) => {
    const key = await tx.maybe<{ revoked: boolean }>(
      `SELECT revoked_at IS NOT NULL AS revoked FROM record.signing_keys
       WHERE id = $1 AND purpose = 'statement' FOR UPDATE`,
      [id],
    );
    if (!key) throw new HubError('not-found', `this hub has no statement key ${id.slice(0, 60)}`);
    if (key.revoked) throw new HubError('conflict', 'this key was revoked before');
    const leaf = await queueLeaf(tx, { kind: 'key-revoked', facts: { key: id }, content: { reason: words } });
    await tx.query(
      `UPDATE record.signing_keys SET revoked_at = now(), revocation_reason = $2, revoked_leaf = $3 WHERE id = $1`,
      [id, words, leaf],
    );
    await audit(tx, actor, 'key-revoked', { key: id, reason: words });
    await followVerdictsIn(tx, await modelsOf(tx, { kid: id }));
  });
}
