import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds a token is good for; clients ask for another when it runs out. */
const tokenSeconds = 3600;

/** What an upload token stands for: leave to send pieces of large files to one repo. It reads nothing. */
export interface XetToken {
  token: string;
  /** Unix seconds. */
  expires: number;
}

export function makeXetToken(key: Buffer, repoId: string, now: Date): XetToken {
  const expires = Math.floor(now.getTime() / 1000) + tokenSeconds;
  return { token: `xet_${expires}_${seal(key, repoId, expires)}`, expires };
}

/** Whether an Authorization header carries a token for this repo that is still good. */
export function acceptsXetToken(key: Buffer, header: string | null, repoId: string, now: Date): boolean {
  const [, expires, given] = /^Bearer xet_(\d{1,12})_([\w-]+)$/.exec(header ?? '') ?? [];
  if (!expires || !given || Number(expires) * 1000 <= now.getTime()) return false;
  const expected = seal(key, repoId, Number(expires));
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function seal(key: Buffer, repoId: string, expires: number): string {
  return createHmac('sha256', key).update(`xet\n${repoId}\n${expires}`).digest('base64url');
}
