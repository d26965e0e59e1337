/** Secrets shorter than this would blot out ordinary words. */
const shortest = 4;

/**
 * A function that blots secrets out of a text: as they are, and in the spellings in which they mostly leak (base64,
 * percent-encoded, inside JSON).
 */
export function createRedactor(secrets: string[]): (text: string) => string {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, secret.trim(), ...secret.split(/\r?\n/)]) {
      if (part.length < shortest) continue;
      const bytes = Buffer.from(part, 'utf8');
      spellings.add(part);
      spellings.add(JSON.stringify(part).slice(1, -1));
      spellings.add(encodeURIComponent(part));
      if (part.length < 2 * shortest) continue;
      for (const code of ['base64', 'base64url', 'hex'] as const) spellings.add(bytes.toString(code));
      // Inside a longer base64 text the letters depend on where the secret begins.
      for (const before of [1, 2]) {
        const shifted = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
        spellings.add(shifted.slice(before + 1, -4));
      }
    }
  }
  const longestFirst = [...spellings]
    .filter((one) => one.length >= shortest)
    .sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  const pattern = new RegExp(longestFirst.map((one) => RegExp.escape(one)).join('|'), 'g');
  return (text) => text.replace(pattern, '[secret]');
}
