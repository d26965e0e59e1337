import type { WireListedUser } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type OrgRole, standingIn } from './access.ts';
import { type Account, findAccount, setMember } from './accounts.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';

/** The account of this name. @throws HubError `not-found` */
export async function requireAccount(sql: Sql, name: string, kind: 'user' | 'org'): Promise<Account> {
  const account = await findAccount(sql, name);
  if (account?.kind === kind) return account;
  throw new HubError('not-found', `no ${kind === 'user' ? 'user' : 'organisation'} ${name}`);
}

/** The organisation, provided that the actor administers it. @throws HubError `not-found`, `forbidden` */
export async function requireOrgAdmin(ctx: HubContext, actor: Actor, name: string): Promise<Account> {
  const org = await requireAccount(ctx.db, name, 'org');
  if (actor.isAdmin || (await standingIn(ctx.db, actor, org.id)) === 'admin') return org;
  throw new HubError('forbidden', `only an administrator of ${org.name} may do this`);
}

export interface MemberChange {
  org: string;
  user: string;
  /** Null ends the membership. */
  role: OrgRole | null;
}

/**
 * Adds a member, changes a role or ends a membership. Its administrators may; whoever is a member may leave.
 * @throws HubError `not-found`, `forbidden`, `conflict` when nobody would be left to administer it
 */
export async function changeMember(ctx: HubContext, actor: Actor, change: MemberChange): Promise<void> {
  const leaves = change.role === null && change.user.toLowerCase() === actor.name.toLowerCase();
  const org = leaves
    ? await requireAccount(ctx.db, change.org, 'org')
    : await requireOrgAdmin(ctx, actor, change.org);
  const user = await requireAccount(ctx.db, change.user, 'user');
  await ctx.db.tx(async (tx) => {
    // Two administrators who remove each other at once must not both succeed.
    await tx.query('SELECT 1 FROM record.accounts WHERE id = $1 FOR UPDATE', [org.id]);
    await setMember(tx, org.id, user.id, change.role);
    const { admins } = await tx.one<{ admins: number }>(
      "SELECT count(*)::int AS admins FROM record.memberships WHERE org_id = $1 AND role = 'admin'",
      [org.id],
    );
    if (admins === 0)
      throw new HubError('conflict', `${org.name} would have no administrator`, {
        hint: 'Make another member its administrator first.',
      });
    await audit(tx, actor, 'member-changed', { org: org.id, user: user.id, role: change.role });
  });
}

interface PersonRow {
  id: string;
  name: string;
  fullname: string;
  role?: OrgRole;
}

/** A person as lists tell them. */
export function toListedUser({ id, name, fullname, role }: PersonRow): WireListedUser {
  const person = {
    _id: id,
    user: name,
    fullname: fullname || name,
    type: 'user',
    avatarUrl: '',
    isPro: false,
  } as const;
  return role === undefined ? person : { ...person, role };
}

/** The members of an organisation by name; their roles are told to members only. */
export async function listMembers(
  ctx: HubContext,
  asker: Actor | null,
  org: Account,
): Promise<WireListedUser[]> {
  const rows = await ctx.db.query<PersonRow>(
    `SELECT a.id, a.name, a.fullname, m.role FROM record.memberships m
       JOIN record.accounts a ON a.id = m.user_id AND a.deleted_at IS NULL
      WHERE m.org_id = $1 ORDER BY lower(a.name)`,
    [org.id],
  );
  const inside = asker?.isAdmin === true || (await standingIn(ctx.db, asker, org.id)) !== null;
  return rows.map(({ role, ...row }) => toListedUser(inside && role ? { ...row, role } : row));
}
