import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DatasetFiles } from './dataset-files.ts';

/**
 * The same files, whole ones fetched once and kept in a folder: text formats are read through to count their rows,
 * and again for each epoch. A commit's files never change, so nothing kept grows stale. Ranges are not kept.
 */
export function keepFiles(files: DatasetFiles, folder: string): DatasetFiles {
  const { commit } = files;
  if (commit === null) return files;
  return {
    ...files,
    async open(path, range) {
      if (range) return files.open(path, range);
      // By digest: a path from elsewhere must not lead out of the folder.
      const name = createHash('sha256').update([files.id, commit, path].join('\n')).digest('hex');
      const kept = join(folder, name);
      if (!existsSync(kept)) await fetchTo(kept, await files.open(path), folder);
      return createReadStream(kept, { highWaterMark: 1 << 18 });
    },
  };
}

async function fetchTo(kept: string, bytes: AsyncIterable<Uint8Array>, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = `${kept}.${randomUUID()}`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(unfinished));
    await rename(unfinished, kept);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
