import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { EngineError } from '../engine-error.ts';
import type { DatasetFiles, FileEntry } from './dataset-files.ts';

/**
 * A dataset in a local folder, laid out as its repo would be.
 * @throws EngineError `dataset-missing`
 */
export async function openFolderDataset(folder: string): Promise<DatasetFiles> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => null);
  if (!found?.isDirectory()) throw new EngineError('dataset-missing', `${folder} is not a folder`);
  return {
    id: folder,
    commit: null,
    list: () => listFolder(root),
    async open(path, range) {
      const options = range ? { start: range.start, end: range.end - 1 } : {};
      return createReadStream(join(root, path), { highWaterMark: 1 << 18, ...options });
    },
  };
}

async function listFolder(root: string): Promise<FileEntry[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: FileEntry[] = [];
  for (const entry of entries) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(root, full).split(sep).join('/');
    if (!entry.isFile() || path.startsWith('.git/')) continue;
    files.push({ path, size: (await stat(full)).size });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
