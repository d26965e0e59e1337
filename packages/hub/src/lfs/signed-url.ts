import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a URL allows to whoever holds it. */
export interface Grant {
  action: 'upload' | 'verify' | 'download' | 'part' | 'complete';
  repoId: string;
  /** SHA-256 of the object, hex. */
  oid: string;
  /** Bytes of the object; of a part, its own. */
  size: number;
  /** Which part, from 1; of the action `part` alone. */
  part?: number;
}

/** Seconds a URL is good for: time to move the largest object over a slow line. */
export const grantSeconds = 12 * 3600;

/** The path and query of a URL that needs no credentials: it carries what it allows, and a seal over all of it. */
export function signGrant(key: Buffer, grant: Grant, now: Date): string {
  const expires = Math.floor(now.getTime() / 1000) + grantSeconds;
  const query = new URLSearchParams({ size: String(grant.size), expires: String(expires) });
  if (grant.part !== undefined) query.set('part', String(grant.part));
  query.set('signature', seal(key, grant, expires));
  return `/lfs/${grant.action}/${grant.repoId}/${grant.oid}?${query}`;
}

/** Reads a URL back. Null when its seal is not ours, or its time is over. */
export function openGrant(key: Buffer, action: Grant['action'], url: URL, now: Date): Grant | null {
  const [, repoId, oid] = /\/([0-9a-f]{24})\/([0-9a-f]{64})$/.exec(url.pathname) ?? [];
  const [size, expires] = [Number(url.searchParams.get('size')), Number(url.searchParams.get('expires'))];
  if (!repoId || !oid || !(expires * 1000 > now.getTime())) return null;
  const part = url.searchParams.get('part');
  const grant: Grant = { action, repoId, oid, size, ...(part === null ? {} : { part: Number(part) }) };
  const given = Buffer.from(url.searchParams.get('signature') ?? '');
  const expected = Buffer.from(seal(key, grant, expires));
  return given.length === expected.length && timingSafeEqual(given, expected) ? grant : null;
}

function seal(key: Buffer, { action, repoId, oid, size, part }: Grant, expires: number): string {
  return createHmac('sha256', key)
    .update(`lfs\n${action}\n${repoId}\n${oid}\n${size}\n${part ?? ''}\n${expires}`)
    .digest('base64url');
}
