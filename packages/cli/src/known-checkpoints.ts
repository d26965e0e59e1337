import { readFile, rename, writeFile } from 'node:fs/promises';
import { CliError } from './cli-error.ts';

/** What one remembers of a log between two looks at it: without this, a log could show another history each time. */
export interface KnownCheckpoints {
  verifierKey: string;
  /** Signed notes, oldest first. */
  checkpoints: string[];
}

/** Older ones say no more than the newest one does, once that is known to begin with them. */
const mostKept = 100;

/** Null when the file is not there yet. @throws CliError `usage` when it is something else */
export async function readKnownCheckpoints(path: string): Promise<KnownCheckpoints | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<KnownCheckpoints>;
    if (typeof value.verifierKey === 'string' && Array.isArray(value.checkpoints))
      return { verifierKey: value.verifierKey, checkpoints: value.checkpoints.map(String) };
  } catch {
    // told below
  }
  throw new CliError('usage', `${path} is no file of known checkpoints`, {
    hint: 'Name the file that an earlier "assay tlog fsck --known" wrote, or one that is not there yet.',
  });
}

export async function writeKnownCheckpoints(path: string, known: KnownCheckpoints): Promise<void> {
  const kept = { ...known, checkpoints: [...new Set(known.checkpoints)].slice(-mostKept) };
  await writeFile(`${path}.draft`, `${JSON.stringify(kept, null, 2)}\n`);
  await rename(`${path}.draft`, path);
}
