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
  const packed = join(dir, 'packed-refs');
  const text = await files.read(packed, toText);
  const refs = parsePackedRefs(text === 'unclear' ? await readFile(packed, 'utf8') : (text ?? ''));
  if (refs === null) return null;
  for (const [name, holds] of loose) {
    if (holds === null) continue; // packed or deleted since
    if (!/^[0-9a-f]{40}\n?$/.test(holds)) return null;
    refs.set(name, holds.slice(0, 40));
  }
  return new Map([...refs].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

const toText = (bytes: Buffer) => bytes.toString('utf8');

/**
 * What one full ref name, or HEAD, holds, by the repo's files; null: nothing of that name is there. `unclear`: git should
 * judge.
 */
export async function readRefFile(
  files: SmallFiles,
  dir: string,
  name: string,
): Promise<string | 'unclear' | null> {
  const text = await files.read(join(dir, name), toText);
  if (text === null) return name.startsWith('refs/') ? readPackedRef(files, dir, name) : 'unclear';
  if (/^[0-9a-f]{40}\n?$/.test(text)) return text.slice(0, 40);
  const target = name === 'HEAD' && /^ref: (refs\/\S+)\n?$/.exec(text)?.[1];
  return target && !target.includes('..') ? readRefFile(files, dir, target) : 'unclear';
}

/** After the ref's own file, as above. */
async function readPackedRef(
  files: SmallFiles,
  dir: string,
  name: string,
): Promise<string | 'unclear' | null> {
  const text = await files.read(join(dir, 'packed-refs'), toText);
  if (text === 'unclear') return text;
  const packed = parsePackedRefs(text ?? '');
  const found = packed?.get(name);
  if (found) return found;
  // Where there is no repo (any more), git says so.
  const isRepo = packed !== null && (await files.read(join(dir, 'HEAD'), () => true)) === true;
  return isRepo ? null : 'unclear';
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
