import type { WireAccessRequest, WireFineGrained, WireListedUser } from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';
import { apiPath, type RepoRef } from './routes.ts';

/** What people set up for themselves, for their repos and for their organisations. */

export interface Profile {
  name: string;
  fullname: string;
  email: string;
}

export function readProfile(connection: HubConnection): Promise<Profile> {
  return askJson(connection, '/api/assay/profile');
}

export function writeProfile(connection: HubConnection, profile: Omit<Profile, 'name'>): Promise<Profile> {
  return askJson(connection, '/api/assay/profile', { method: 'PUT', json: profile });
}

/** Room of one's own account or of an organisation, in bytes; `used` is the sum of the three. */
export interface OwnerStorage {
  name: string;
  quota: number;
  used: number;
  /** Objects of git; large files of repos; files of buckets. */
  git: number;
  large: number;
  buckets: number;
}

/** Of one's own account, and of the organisations one belongs to. */
export async function listStorage(connection: HubConnection): Promise<OwnerStorage[]> {
  return (await askJson<{ storage: OwnerStorage[] }>(connection, '/api/assay/storage')).storage;
}

/** Ends all sessions but this one; the answer's `Set-Cookie` is its new one. */
export async function changePassword(
  connection: HubConnection,
  passwords: { current: string; next: string },
): Promise<void> {
  await send(connection, '/api/assay/password', { method: 'PUT', json: passwords });
}

export interface RepoSettings {
  private?: boolean;
  gated?: 'auto' | 'manual' | false;
  discussionsDisabled?: boolean;
}

export async function changeRepoSettings(
  connection: HubConnection,
  repo: RepoRef,
  settings: RepoSettings,
): Promise<void> {
  await send(connection, apiPath(repo, '/settings'), { method: 'PUT', json: settings });
}

/** Renames a repo; `to` is its new `namespace/name`. */
export async function moveRepo(connection: HubConnection, repo: RepoRef, to: string): Promise<void> {
  const json = { fromRepo: repo.name, toRepo: to, type: repo.type };
  await send(connection, '/api/repos/move', { method: 'POST', json });
}

/** What became of one's own wish to read a gated repo. */
export function readOwnAccessRequest(
  connection: HubConnection,
  repo: RepoRef,
): Promise<{ gated: 'auto' | 'manual' | false; request: WireAccessRequest | null }> {
  return askJson(connection, apiPath(repo, '/ask-access'));
}

export function askForAccess(
  connection: HubConnection,
  repo: RepoRef,
  fields: Record<string, string>,
): Promise<WireAccessRequest> {
  return askJson(connection, apiPath(repo, '/ask-access'), { method: 'POST', json: fields });
}

export function listAccessRequests(
  connection: HubConnection,
  repo: RepoRef,
  status: WireAccessRequest['status'],
): Promise<WireAccessRequest[]> {
  return askJson(connection, apiPath(repo, `/user-access-request/${status}`));
}

export async function decideAccess(
  connection: HubConnection,
  repo: RepoRef,
  decision: { requestId: string; status: WireAccessRequest['status']; rejectionReason?: string },
): Promise<void> {
  await send(connection, apiPath(repo, '/user-access-request/handle'), { method: 'POST', json: decision });
}

export async function setLike(connection: HubConnection, repo: RepoRef, liked: boolean): Promise<void> {
  await send(connection, apiPath(repo, '/like'), { method: liked ? 'POST' : 'DELETE' });
}

export function listMembers(connection: HubConnection, org: string): Promise<WireListedUser[]> {
  return askJson(connection, `/api/organizations/${encodeURIComponent(org)}/members`);
}

export async function removeMember(connection: HubConnection, org: string, user: string): Promise<void> {
  const path = `/api/assay/orgs/${encodeURIComponent(org)}/members/${encodeURIComponent(user)}`;
  await send(connection, path, { method: 'DELETE' });
}

/** What a new token may do, beside its name. */
export type TokenWish = { expiresInDays?: number } & (
  | { role: 'read' | 'write' }
  | { role: 'fineGrained'; fineGrained: NewScopes }
);

export interface NewScopes extends Pick<WireFineGrained, 'canReadGatedRepos' | 'global'> {
  scoped: { entity: { type: string; name: string }; permissions: string[] }[];
}
