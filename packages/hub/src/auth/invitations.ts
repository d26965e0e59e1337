import { newId } from '@assay/spec';
import type { Db, Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { OrgRole } from './access.ts';
import { setMember } from './accounts.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';
import { hashSecret, newSecret } from './secrets.ts';

export interface NewInvitation {
  /** For whoever lists them: a name, an address. */
  note: string;
  /** The new account becomes a member. */
  org: { id: string; role: OrgRole } | null;
  days: number;
}

export interface Invitation {
  id: string;
  note: string;
  org: string | null;
  role: OrgRole | null;
  by: string | null;
  createdAt: Date;
  expiresAt: Date;
  /** Name of who used it. */
  usedBy: string | null;
}

const columns = `l.id, coalesce(l.detail ->> 'note', '') AS note, o.name AS org, l.detail ->> 'role' AS role, c.name AS by,
  l.created_at AS "createdAt", l.expires_at AS "expiresAt", u.name AS "usedBy"`;
const tables = `record.one_time_links l
  LEFT JOIN record.accounts o ON o.id = l.detail ->> 'org' LEFT JOIN record.accounts c ON c.id = l.created_by
  LEFT JOIN record.accounts u ON u.id = l.used_by`;

/** Makes a link that makes one account; its key is in this answer and never again. */
export async function createInvitation(
  db: Db,
  actor: Actor,
  wish: NewInvitation,
): Promise<{ id: string; key: string }> {
  const [id, key] = [newId(), newSecret()];
  const detail = { note: wish.note, ...(wish.org && { org: wish.org.id, role: wish.org.role }) };
  await db.tx(async (tx) => {
    await tx.query(
      `INSERT INTO record.one_time_links (hash, purpose, id, created_by, detail, expires_at)
       VALUES ($1, 'invitation', $2, $3, $4, now() + make_interval(days => $5))`,
      [hashSecret(key), id, actor.id, JSON.stringify(detail), wish.days],
    );
    await audit(tx, actor, 'invitation-created', { invitation: id, ...detail });
  });
  return { id, key };
}

/** All of them, newest first. */
export async function listInvitations(sql: Sql): Promise<Invitation[]> {
  return sql.query<Invitation>(
    `SELECT ${columns} FROM ${tables} WHERE l.purpose = 'invitation' ORDER BY l.created_at DESC LIMIT 500`,
  );
}

/** Takes an unused one back. @throws HubError `not-found` */
export async function revokeInvitation(db: Db, actor: Actor, id: string): Promise<void> {
  await db.tx(async (tx) => {
    const gone = await tx.query(
      "DELETE FROM record.one_time_links WHERE id = $1 AND purpose = 'invitation' AND used_at IS NULL RETURNING id",
      [id],
    );
    if (gone.length === 0) throw new HubError('not-found', 'there is no such invitation, or it was used');
    await audit(tx, actor, 'invitation-revoked', { invitation: id });
  });
}

/** The invitation that a key opens while it is good; null otherwise. */
export async function findInvitation(sql: Sql, key: string): Promise<Invitation | null> {
  return sql.maybe<Invitation>(
    `SELECT ${columns} FROM ${tables}
      WHERE l.hash = $1 AND l.purpose = 'invitation' AND l.used_at IS NULL AND l.expires_at > now()`,
    [hashSecret(key)],
  );
}

/** Uses the key for a new account, once. @throws HubError `forbidden` when it was used, has expired or is wrong */
export async function acceptInvitation(tx: Tx, key: string, accountId: string): Promise<void> {
  const link = await tx.maybe<{ org: string | null; role: OrgRole | null }>(
    `UPDATE record.one_time_links SET used_at = now(), used_by = $2
      WHERE hash = $1 AND purpose = 'invitation' AND used_at IS NULL AND expires_at > now()
      RETURNING detail ->> 'org' AS org, detail ->> 'role' AS role`,
    [hashSecret(key), accountId],
  );
  if (!link) throw new HubError('forbidden', 'this invitation was used, has expired or is not right');
  if (link.org && link.role) await setMember(tx, link.org, accountId, link.role);
}
