import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { EvalLogHeader } from '@assay/spec';

export interface FoundLog {
  /** Relative to the folder. */
  name: string;
  path: string;
  size: number;
  modified: Date;
  /** Null when the file is no log, or a damaged one. */
  header: EvalLogHeader | null;
}

/** The paths of all `.eval` and `.json` files below a folder, hidden ones left out; newest name first. */
export async function findLogPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile() && /^[^.].*\.(eval|json)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return names.sort().reverse();
}

/** The logs below a folder, one header at a time. JSON files that are no logs are passed over. */
export async function* findLogs(folder: string): AsyncIterable<FoundLog> {
  for (const name of await findLogPaths(folder)) {
    const path = join(folder, name);
    const header = await readHeader(path);
    if (header === null && name.endsWith('.json')) continue;
    const { size, mtime } = await stat(path);
    yield { name, path, size, modified: mtime, header };
  }
}

async function readHeader(path: string): Promise<EvalLogHeader | null> {
  const { EngineError, openLog } = await import('@assay/engine');
  try {
    const log = await openLog(path);
    try {
      return await log.header();
    } finally {
      await log.close();
    }
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
