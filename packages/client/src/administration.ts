import { askJson, type HubConnection, send } from './connection.ts';

/** Who may come in, and what administrators see of it. */

export interface SignUpTerms {
  policy: 'closed' | 'invite' | 'oidc' | 'open';
  /** The identity provider, where there is one. */
  provider: { name: string } | null;
  /** What the key in the question opens; null for none that is good. */
  invitation: { org: string | null; role: string | null; by: string | null; expiresAt: string } | null;
}

export function readSignUpTerms(connection: HubConnection, invitation?: string): Promise<SignUpTerms> {
  return askJson(connection, '/api/assay/sign-up', { query: { invitation } });
}

/** Makes an account and opens its session: the answer's `Set-Cookie`. */
export async function signUp(
  connection: HubConnection,
  person: { name: string; password: string; fullname?: string; email?: string; invitation?: string },
): Promise<void> {
  await send(connection, '/api/assay/sign-up', { method: 'POST', json: person });
}

export interface Invitation {
  id: string;
  note: string;
  org: string | null;
  role: string | null;
  by: string | null;
  createdAt: string;
  expiresAt: string;
  usedBy: string | null;
}

export async function listInvitations(connection: HubConnection): Promise<Invitation[]> {
  const answer = await askJson<{ invitations: Invitation[] }>(connection, '/api/assay/invitations');
  return answer.invitations;
}

/** The link is in this answer and never again. */
export function createInvitation(
  connection: HubConnection,
  wish: { note?: string; org?: string; role?: string; days?: number },
): Promise<{ id: string; url: string }> {
  return askJson(connection, '/api/assay/invitations', { method: 'POST', json: wish });
}

export async function revokeInvitation(connection: HubConnection, id: string): Promise<void> {
  await send(connection, `/api/assay/invitations/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export interface Person {
  id: string;
  name: string;
  fullname: string;
  email: string | null;
  isAdmin: boolean;
  closed: boolean;
  createdAt: string;
  seenAt: string | null;
}

export function listPeople(
  connection: HubConnection,
  query: { search?: string; after?: string } = {},
): Promise<{ people: Person[]; next?: string }> {
  return askJson(connection, '/api/assay/people', { query });
}

export async function setAdministrator(
  connection: HubConnection,
  name: string,
  isAdmin: boolean,
): Promise<void> {
  await send(connection, `/api/assay/people/${encodeURIComponent(name)}`, {
    method: 'PUT',
    json: { isAdmin },
  });
}

export async function closeAccount(connection: HubConnection, name: string): Promise<void> {
  await send(connection, `/api/assay/people/${encodeURIComponent(name)}`, { method: 'DELETE' });
}

export interface AuditAct {
  id: string;
  at: string;
  actor: string | null;
  action: string;
  detail: Record<string, unknown>;
}

export function listAudit(
  connection: HubConnection,
  query: { before?: string; action?: string; actor?: string } = {},
): Promise<{ acts: AuditAct[]; names: Record<string, string>; next?: string }> {
  return askJson(connection, '/api/assay/audit', { query });
}

export interface DeviceCode {
  userCode: string;
  /** What the program that asks is called. */
  client: string;
  /** Where it asked from. */
  address: string;
  expiresAt: string;
}

export function readDeviceCode(connection: HubConnection, code: string): Promise<DeviceCode> {
  return askJson(connection, `/api/assay/device/${encodeURIComponent(code)}`);
}

export async function answerDeviceCode(
  connection: HubConnection,
  code: string,
  allow: boolean,
): Promise<void> {
  await send(connection, `/api/assay/device/${encodeURIComponent(code)}`, {
    method: 'POST',
    json: { allow },
  });
}
