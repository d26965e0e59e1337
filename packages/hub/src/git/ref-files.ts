import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SmallFiles } from './small-files.ts';

/** Refs with files of their own up to which they are read here; git reads more of them faster. */
const maxLoose = 100;

/**
 * All refs of a bare repo and what they hold, from its files (gitrepository-layout, "refs" and "packed-refs"), sorted by
 * name. Null when there is something git should judge: symbolic or damaged refs, very many, no repo at all.
 */
export async function readRefFiles(files: SmallFiles, dir: string): Promise<Map<string, string> | null> {
  const names = await listFiles(files, dir, 'refs');
  if (names === null || names.length > maxLoose) return null;
  const loose = await Promise.all(
    names.map(async (name) => [name, await files.read(join(dir, name), toText)] as const),
  );
  // After the loose ones: a ref that is packed meanwhile loses its file only once it stands there.
  const refs = parsePackedRefs(await readPackedRefs(files, dir));
  if (refs === null) return null;
  for (const [name, text] of loose) {
    if (text === null) continue; // packed or deleted since
    if (!/^[0-9a-f]{40}\n?$/.test(text)) return null;
    refs.set(name, text.slice(0, 40));
  }
  return new Map([...refs].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

const toText = (bytes: Buffer) => bytes.toString('utf8');

async function readPackedRefs(files: SmallFiles, dir: string): Promise<string> {
  const path = join(dir, 'packed-refs');
  const text = await files.read(path, toText);
  return text === 'large' ? readFile(path, 'utf8') : (text ?? '');
}

async function listFiles(files: SmallFiles, dir: string, folder: string): Promise<string[] | null> {
  const rows = await files.list(join(dir, folder));
  if (rows === null) return null;
  const names: string[] = [];
  for (const row of rows) {
    const name = `${folder}/${row.name}`;
    // A folder may vanish with its last ref.
    if (row.isDirectory()) names.push(...((await listFiles(files, dir, name)) ?? []));
    else if (!row.isFile()) return null;
    else if (!name.endsWith('.lock')) names.push(name);
  }
  return names;
}

function parsePackedRefs(text: string): Map<string, string> | null {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('^')) continue;
    const match = /^([0-9a-f]{40}) (refs\/.+)$/.exec(line);
    if (!match) return null;
    refs.set(match[2]!, match[1]!);
  }
  return refs;
}
