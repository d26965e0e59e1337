import { isText } from './is-text.ts';

/** Kinds that browsers may show as they are. Nothing here can hold a script. */
const shown: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

/**
 * The type a file is served with. Never one that a browser would run: users' files come from the hub's own origin.
 * @param sample the file's first bytes; empty when they are not at hand
 */
export function contentTypeOf(path: string, sample: Uint8Array): string {
  const known = shown[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (known) return known;
  return sample.length > 0 && isText(sample) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
