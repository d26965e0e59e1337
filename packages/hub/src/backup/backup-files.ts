import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { HubError } from '../errors.ts';
import type { BackupFile } from './manifest.ts';

/** Writes a file of the backup, flushed, and answers what it is. */
export async function writeBackupFile(
  folder: string,
  path: string,
  source: AsyncIterable<Uint8Array | string>,
): Promise<BackupFile> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const file = await open(full, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of source) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      hash.update(bytes);
      size += bytes.byteLength;
      await file.writeFile(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, size, sha256: hash.digest('hex') };
}

/**
 * The bytes of a file of the backup. A difference to what was written is told at the end: use nothing before that.
 * @throws HubError `corrupt`
 */
export async function* readBackupFile(folder: string, file: BackupFile): AsyncGenerator<Uint8Array> {
  assertInside(file.path);
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(join(folder, file.path)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw new HubError('corrupt', `the backup lacks ${file.path}`, { cause });
  }
  if (size === file.size && hash.digest('hex') === file.sha256) return;
  throw new HubError('corrupt', `${file.path} of the backup is not what was written there`, {
    hint: 'Take another copy of the backup: this one was changed or cut.',
  });
}

/** Reads a file to its end for its digest alone. @throws HubError `corrupt` */
export async function assertBackupFile(folder: string, file: BackupFile): Promise<void> {
  for await (const _ of readBackupFile(folder, file));
}

/** Lines of JSON; the file's digest must have been checked before. */
export async function* readJsonLines<T>(folder: string, file: BackupFile): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(join(folder, file.path)) }))
    if (line !== '') yield JSON.parse(line) as T;
}

function assertInside(path: string): void {
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'))
    throw new HubError('corrupt', 'the backup names a file outside itself');
}
