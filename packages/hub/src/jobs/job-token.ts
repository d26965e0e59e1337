import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a worker on another machine shows when it sends or fetches the log of a job. Made from the key that all processes
 * of one database share, so it is written down nowhere.
 */
export function makeJobToken(key: Buffer, jobId: string): string {
  return createHmac('sha256', key).update(`job log\n${jobId}`).digest('base64url');
}

export function acceptsJobToken(key: Buffer, given: string | undefined, jobId: string): boolean {
  const expected = Buffer.from(makeJobToken(key, jobId));
  const shown = Buffer.from(given ?? '');
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}
