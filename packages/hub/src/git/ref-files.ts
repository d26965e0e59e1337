import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Refs with files of their own up to which they are read here; git reads more of them faster. */
const maxLoose = 100;

/**
 * All refs of a bare repo and what they hold, from its files (gitrepository-layout, "refs" and "packed-refs"), sorted by
 * name. Null when there is something git should judge: symbolic or damaged refs, very many, no repo at all.
 */
export async function readRefFiles(dir: string): Promise<Map<string, string> | null> {
  const names = await listFiles(dir, 'refs');
  if (names === null || names.length > maxLoose) return null;
  const loose = await Promise.all(
    names.map(async (name) => [name, await readFile(join(dir, name), 'latin1').catch(() => null)] as const),
  );
  // After the loose ones: a ref that is packed meanwhile loses its file only once it stands there.
  const refs = parsePackedRefs(await readFile(join(dir, 'packed-refs'), 'utf8').catch(() => ''));
  if (refs === null) return null;
  for (const [name, text] of loose) {
    if (text === null) continue; // packed or deleted since
    if (!/^[0-9a-f]{40}\n?$/.test(text)) return null;
    refs.set(name, text.slice(0, 40));
  }
  return new Map([...refs].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

async function listFiles(dir: string, folder: string): Promise<string[] | null> {
  const rows = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => null);
  if (rows === null) return null;
  const names: string[] = [];
  for (const row of rows) {
    const name = `${folder}/${row.name}`;
    // A folder may vanish with its last ref.
    if (row.isDirectory()) names.push(...((await listFiles(dir, name)) ?? []));
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
