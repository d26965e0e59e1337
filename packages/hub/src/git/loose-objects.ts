import { close, open, read } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import type { ObjectContents } from './cat-file.ts';

const [openFile, readFile, closeFile] = [promisify(open), promisify(read), promisify(close)];

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
    const bytes = await readSmall(join(folder, oid.slice(0, 2), oid.slice(2)));
    if (bytes === 'large') return null;
    if (bytes) return toObject(oid, bytes);
  }
  return null;
}

async function readSmall(path: string): Promise<Buffer | 'large' | null> {
  let file: number;
  try {
    file = await openFile(path, 'r');
  } catch {
    return null;
  }
  try {
    const buffer = Buffer.allocUnsafe(maxCompressed);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await readFile(file, buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    return 'large';
  } catch {
    return null;
  } finally {
    await closeFile(file);
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
