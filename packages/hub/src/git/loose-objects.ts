import { inflateSync } from 'node:zlib';
import type { ObjectContents } from './cat-file.ts';
import type { SmallFiles } from './small-files.ts';

/** Bytes of a loose object, not compressed, up to which it is read here: larger ones are git's to read. */
const maxInflated = 1024 * 1024;

/**
 * Reads an object that lies in a file of its own, as all objects of a small push do. A process of git costs as much as
 * some hundred of these. Null when it lies in a pack, is large, or cannot be read: then git is asked.
 * @param folders `objects` folders, the first one that has it answers
 */
export async function readLoose(
  files: SmallFiles,
  folders: readonly string[],
  oid: string,
): Promise<ObjectContents | null> {
  for (const folder of folders) {
    const path = `${folder}/${oid.slice(0, 2)}/${oid.slice(2)}`;
    const found = await files.read(path, (bytes) => toObject(oid, bytes));
    if (found === 'unclear') return null;
    if (found) return found;
  }
  return null;
}

/** Git's loose form: the zlib stream of `type size`, a NUL and the content. */
function toObject(oid: string, compressed: Buffer): ObjectContents | null {
  let bytes: Buffer;
  try {
    bytes = inflateSync(compressed, { maxOutputLength: maxInflated });
  } catch {
    return null; // too large, or damaged: git says which
  }
  const end = bytes.indexOf(0);
  const match = /^(commit|tree|blob|tag) (\d+)$/.exec(bytes.toString('latin1', 0, Math.max(0, end)));
  const content = bytes.subarray(end + 1);
  if (!match || Number(match[2]) !== content.length) return null;
  return { oid, type: match[1] as ObjectContents['type'], size: content.length, bytes: content };
}
