import type { WireFineGrained, WireTokenRole, WireWhoami } from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';
import type { TokenWish } from './settings.ts';

/** Who the connection's token belongs to. 401 without one. */
export function whoami(connection: HubConnection): Promise<WireWhoami> {
  return askJson(connection, '/api/whoami-v2');
}

// What follows exists on Assay only.

export interface SessionActor {
  id: string;
  name: string;
  isAdmin: boolean;
}

export interface AccountToken {
  id: string;
  displayName: string;
  role: WireTokenRole;
  /** Of a fine-grained one. */
  fineGrained?: WireFineGrained;
  createdAt: string;
  lastUsedAt?: string | null;
  expiresAt?: string | null;
  /** The secret itself: only in the answer that made it. */
  token?: string;
}

export interface NewUser {
  name: string;
  fullname?: string;
  email?: string;
  password?: string;
}

export async function readSession(connection: HubConnection): Promise<SessionActor | null> {
  const answer = await askJson<{ actor: SessionActor | null }>(connection, '/api/assay/session');
  return answer.actor;
}

/** Signs in; the answer's `Set-Cookie` is the session, so the raw response is handed back. */
export function createSession(
  connection: HubConnection,
  credentials: { token: string } | { name: string; password: string },
): Promise<Response> {
  return send(connection, '/api/assay/session', { method: 'POST', json: credentials });
}

export function deleteSession(connection: HubConnection): Promise<Response> {
  return send(connection, '/api/assay/session', { method: 'DELETE' });
}

/** Makes the first administrator; works once, with the key of the link that the hub printed at its first start. */
export function setUp(
  connection: HubConnection,
  first: { key: string; name: string; password: string },
): Promise<Response> {
  return send(connection, '/api/assay/setup', { method: 'POST', json: first });
}

export function createUser(connection: HubConnection, user: NewUser): Promise<{ id: string; name: string }> {
  return askJson(connection, '/api/assay/users', { method: 'POST', json: user });
}

export function createOrg(
  connection: HubConnection,
  org: { name: string; fullname?: string },
): Promise<{ id: string; name: string }> {
  return askJson(connection, '/api/assay/orgs', { method: 'POST', json: org });
}

export async function putMember(
  connection: HubConnection,
  org: string,
  user: string,
  role: 'admin' | 'write' | 'contributor' | 'read',
): Promise<void> {
  const path = `/api/assay/orgs/${encodeURIComponent(org)}/members/${encodeURIComponent(user)}`;
  await send(connection, path, { method: 'PUT', json: { role } });
}

export async function listTokens(connection: HubConnection): Promise<AccountToken[]> {
  const answer = await askJson<{ tokens: AccountToken[] }>(connection, '/api/assay/tokens');
  return answer.tokens;
}

/** A new token for oneself or, as administrator, for `user`. The secret is in this answer and never again. */
export function createToken(
  connection: HubConnection,
  token: { displayName: string } & TokenWish,
  user?: string,
): Promise<AccountToken & { token: string }> {
  const path = user ? `/api/assay/users/${encodeURIComponent(user)}/tokens` : '/api/assay/tokens';
  return askJson(connection, path, { method: 'POST', json: token });
}

export async function deleteToken(connection: HubConnection, id: string): Promise<void> {
  await send(connection, `/api/assay/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
