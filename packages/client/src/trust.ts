import { askJson, type HubConnection, send } from './connection.ts';

/** How much an issuer's word is worth, least first. */
export type AssuranceLevel = 'none' | 'claim' | 'ci' | 'worker';

export interface Issuer {
  id: string;
  kind: 'own' | 'hub' | 'ci' | 'opaque';
  name: string;
  url: string;
  level: AssuranceLevel;
  /** Verifier key of its log. */
  logKey?: string;
  /** Subject that its tokens must have. */
  subject?: string;
  addedAt: string;
  statements: number;
  keys: { kid: string; revoked: boolean }[];
}

export interface StatementKey {
  id: string;
  publicKey: string;
  held: 'database' | 'file' | 'command';
  state: 'current' | 'retired' | 'revoked';
  createdAt: string;
  retiredAt?: string;
  revokedAt?: string;
  reason?: string;
  statements: number;
  leaves: { made?: number; retired?: number; revoked?: number };
}

export interface TrustPolicy {
  /** The least level that earns the badge. */
  verifiedLevel: AssuranceLevel;
  issuers: Issuer[];
  keys: StatementKey[];
  log: { origin: string; verifierKey: string; size?: number; publishedAt?: string; checkpoint?: string };
  /** Who is asked to cosign checkpoints, and how far each has come. */
  witnesses: { name: string; verifierKey: string; url: string; size?: number; at?: string }[];
}

/** A leaf of the transparency log, with what proves and opens it. */
export interface ProvenLeaf {
  index: number;
  /** Its bytes: canonical JSON. */
  leaf: string;
  /** C2SP tlog-proof. */
  receipt: string;
  opening?: { salt: string; content: string };
}

export interface NewIssuer {
  kind: Issuer['kind'];
  name: string;
  url: string;
  level: AssuranceLevel;
  logKey?: string;
  subject?: string;
  /** A list of JWKs, or a whole JWKS. */
  keys?: unknown;
}

const base = '/api/assay';

export function readTrust(connection: HubConnection): Promise<TrustPolicy> {
  return askJson(connection, `${base}/trust`);
}

export function setVerifiedLevel(connection: HubConnection, verifiedLevel: AssuranceLevel): Promise<unknown> {
  return askJson(connection, `${base}/trust/policy`, { method: 'PUT', json: { verifiedLevel } });
}

export function addIssuer(connection: HubConnection, issuer: NewIssuer): Promise<Issuer> {
  return askJson(connection, `${base}/trust/issuers`, { method: 'POST', json: issuer });
}

export function changeIssuer(
  connection: HubConnection,
  id: string,
  change: { level?: AssuranceLevel; name?: string; keys?: unknown },
): Promise<Issuer> {
  return askJson(connection, `${base}/trust/issuers/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    json: change,
  });
}

export async function removeIssuer(connection: HubConnection, id: string): Promise<void> {
  await send(connection, `${base}/trust/issuers/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export function rotateKey(connection: HubConnection): Promise<{ retired: string | null; current: string }> {
  return askJson(connection, `${base}/keys/rotate`, { method: 'POST' });
}

export function revokeKey(
  connection: HubConnection,
  id: string,
  reason: string,
): Promise<{ keys: StatementKey[] }> {
  return askJson(connection, `${base}/keys/${encodeURIComponent(id)}/revoke`, {
    method: 'POST',
    json: { reason },
  });
}

/** All that proves a result offline; canonical bytes, to be kept as they are. */
export async function readBundle(connection: HubConnection, resultId: string): Promise<Uint8Array> {
  return (await send(connection, `${base}/results/${encodeURIComponent(resultId)}/bundle`)).bytes();
}

/** Hands a bundle of another hub to this one. @param url where it was pulled from */
export function sendBundle(
  connection: HubConnection,
  bundle: Uint8Array,
  url: string,
): Promise<{ statement: string }> {
  const body = new Uint8Array(bundle);
  return askJson(connection, `${base}/statements/bundle`, { method: 'POST', body, query: { url } });
}

/** Published leaves, newest first. @param before an index; the page ends below it */
export function listLeaves(
  connection: HubConnection,
  query: { before?: number; limit?: number } = {},
): Promise<{ size: number; leaves: { index: number; leaf: string }[] }> {
  return askJson(connection, `${base}/tlog/leaves`, { query });
}

export function readLeaf(connection: HubConnection, index: number): Promise<ProvenLeaf> {
  return askJson(connection, `${base}/tlog/leaves/${index}`);
}
