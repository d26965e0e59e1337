import { nameProblem, newId } from '@assay/spec';
import { type Sql, sqlState, sqlStateOf } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { OrgRole } from './access.ts';

export interface Account {
  id: string;
  kind: 'user' | 'org';
  name: string;
  fullname: string;
  email: string | null;
  isAdmin: boolean;
  createdAt: Date;
}

export interface NewAccount {
  kind: 'user' | 'org';
  name: string;
  fullname?: string;
  email?: string;
  isAdmin?: boolean;
  passwordHash?: string;
}

interface AccountRow extends Omit<Account, 'isAdmin' | 'createdAt'> {
  is_admin: boolean;
  created_at: Date;
}

const columns = 'id, kind, name, fullname, email, is_admin, created_at';

const toAccount = ({ is_admin, created_at, ...rest }: AccountRow): Account => ({
  ...rest,
  isAdmin: is_admin,
  createdAt: created_at,
});

/** First words of the hub's own paths and of its pages: no account may be called so. */
const reservedNames = new Set(
  `_app administration api assets about avatars benchmarks blog chat collections contact datasets device discussions docs evidence favicon.ico
   healthz help home join jobs kernels lfs log login logout metrics models new notifications oauth organizations papers pricing
   privacy public record registry results robots.txt search security settings setup sign-up spaces static status tasks terms tlog tokens user users v1
   well-known welcome xet`.split(/\s+/),
);

/** @throws HubError `invalid-input` */
export function assertAccountName(name: string): void {
  const problem = reservedNames.has(name.toLowerCase()) ? 'is reserved' : nameProblem(name);
  if (problem) throw new HubError('invalid-input', `the name "${name.slice(0, 100)}" ${problem}`);
}

/** Makes a user or an organisation. @throws HubError `invalid-input`, `account-exists` */
export async function createAccount(sql: Sql, account: NewAccount): Promise<Account> {
  assertAccountName(account.name);
  const { kind, name, fullname = '', email = null, isAdmin = false, passwordHash = null } = account;
  try {
    const row = await sql.one<AccountRow>(
      `INSERT INTO record.accounts (id, kind, name, fullname, email, is_admin, password_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${columns}`,
      [newId(), kind, name, fullname, email, isAdmin, passwordHash],
    );
    return toAccount(row);
  } catch (cause) {
    if (sqlStateOf(cause) !== sqlState.uniqueViolation) throw cause;
    throw new HubError('account-exists', `the name ${name} is taken`, { cause });
  }
}

/** The account of this name, any case, or null. */
export async function findAccount(sql: Sql, name: string): Promise<Account | null> {
  const row = await sql.maybe<AccountRow>(
    `SELECT ${columns} FROM record.accounts WHERE lower(name) = lower($1) AND deleted_at IS NULL`,
    [name],
  );
  return row && toAccount(row);
}

/** The account of this id, or null. */
export async function findAccountById(sql: Sql, id: string): Promise<Account | null> {
  const row = await sql.maybe<AccountRow>(
    `SELECT ${columns} FROM record.accounts WHERE id = $1 AND deleted_at IS NULL`,
    [id],
  );
  return row && toAccount(row);
}

/** Makes a user a member of an organisation, or changes the role; `null` ends the membership. */
export async function setMember(
  sql: Sql,
  orgId: string,
  userId: string,
  role: OrgRole | null,
): Promise<void> {
  if (role === null) {
    await sql.query('DELETE FROM record.memberships WHERE org_id = $1 AND user_id = $2', [orgId, userId]);
    return;
  }
  await sql.query(
    `INSERT INTO record.memberships (org_id, user_id, role) VALUES ($1, $2, $3)
     ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role`,
    [orgId, userId, role],
  );
}

export interface Membership {
  org: Account;
  role: OrgRole;
}

/** The organisations of a user, by name. */
export async function membershipsOf(sql: Sql, userId: string): Promise<Membership[]> {
  const rows = await sql.query<AccountRow & { role: OrgRole }>(
    `SELECT ${columns
      .split(', ')
      .map((column) => `a.${column}`)
      .join(', ')}, m.role
       FROM record.memberships m JOIN record.accounts a ON a.id = m.org_id
      WHERE m.user_id = $1 AND a.deleted_at IS NULL ORDER BY lower(a.name)`,
    [userId],
  );
  return rows.map(({ role, ...row }) => ({ org: toAccount(row), role }));
}
