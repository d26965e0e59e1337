import { HubError } from '../errors.ts';

const longest = 2_000;
const most = 20;
/** A program on the person's own machine; anything else must not travel readable. */
const loopback = /^(localhost|127\.0\.0\.1)$/;

/**
 * Where an app may have people sent back to. They are compared letter by letter, never by prefix or pattern: that is what
 * open redirects are made of.
 * @throws HubError `invalid-input`
 */
export function parseRedirectUris(value: unknown): string[] {
  const given = Array.isArray(value) ? [...new Set(value)] : [];
  if (given.length === 0 || given.length > most)
    throw new HubError('invalid-input', `"redirectUris" must be a list of 1 to ${most} addresses`);
  return given.map((one) => {
    const problem = typeof one === 'string' ? problemOf(one) : 'is no text';
    if (problem === null) return one as string;
    throw new HubError('invalid-input', `the redirect address "${String(one).slice(0, 200)}" ${problem}`, {
      hint: 'Write it as the app sends it: https://app.example.org/callback, or http://localhost:3000/ while you build.',
    });
  });
}

/** Why an address is not taken, or null. Pure. */
function problemOf(uri: string): string | null {
  if (uri.length > longest) return `is longer than ${longest} characters`;
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('\\')) return 'holds characters that no address has';
  const url = URL.parse(uri);
  if (!url) return 'is no address';
  if (uri.includes('#')) return 'has a fragment';
  if (url.username || url.password) return 'holds a name or a password';
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:' && loopback.test(url.hostname)) return null;
  return 'is neither https nor on this machine';
}
