import { close, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import type { ObjectContents } from './cat-file.ts';

const [openFile, readFile] = [promisify(open), promisify(read)];

/** Bytes of a loose object, compressed and not, up to which it is read here: larger ones are git's to read. */
const maxCompressed = 32 * 1024;
const maxInflated = 1024 * 1024;

/**
 * Reads an object that lies in a file of its own, as all objects of a small push do. A process of git costs as much as
 * some hundred of these. Null when it lies in a pack, is large, or cannot be read: then git is asked.
 * @param folders `objects` folders, the first one that has it answers
 */
export async function readLoose(folders: readonly string[], oid: string): Promise<ObjectContents | null> {
  for (const folder of folders) {
    const path = `${folder}/${oid.slice(0, 2)}/${oid.slice(2)}`;
    const found = await readSmall(path, (bytes) => toObject(oid, bytes));
    if (found === 'large') return null;
    if (found) return found;
  }
  return null;
}

/** Buffers that nobody reads into at the moment. */
const spare: Buffer[] = [];
const maxSpare = 32;

/** @param take makes of the file's bytes what is wanted; they are overwritten afterwards. Null: there is no such file */
async function readSmall<T>(path: string, take: (bytes: Buffer) => T): Promise<T | 'large' | null> {
  let file: number;
  try {
    file = await openFile(path, 'r');
  } catch {
    return null;
  }
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(maxCompressed);
  try {
    // One read gives all there is; should it ever give less, the object is cut off, and left to git.
    const { bytesRead } = await readFile(file, buffer, 0, buffer.length, 0);
    return bytesRead === buffer.length ? 'large' : take(buffer.subarray(0, bytesRead));
  } catch {
    return null;
  } finally {
    if (spare.length < maxSpare) spare.push(buffer);
    close(file, () => {}); // nothing was written: nothing can come of it
  }
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
