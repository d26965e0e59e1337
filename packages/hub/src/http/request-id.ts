import { newSecret } from '../auth/secrets.ts';

/** The id under which a request is spoken of: the client's own when it is one, else a new one. */
export function toRequestId(given: unknown): string {
  return typeof given === 'string' && /^[\w.:=;-]{1,100}$/.test(given) ? given : newSecret().slice(0, 22);
}
