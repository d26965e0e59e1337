import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/design/inspect-parity.md');

/** Ids of the cases that deviate on purpose: those named in the first column of a table of the page. */
export async function readDeviations(): Promise<Set<string>> {
  const text = await readFile(page, 'utf8');
  return new Set(Array.from(text.matchAll(/^\| `([\w-]+)` \|/gm), (match) => match[1]!));
}
