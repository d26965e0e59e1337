import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createLocalBlobStore } from '../blobs/local-blob-store.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { secretsKeyName } from '../secrets-key.ts';
import { writeBackupFile } from './backup-files.ts';
import { dumpRecord } from './dump-record.ts';
import { dumpRepos, toAsync } from './dump-repos.ts';
import { type BackupFile, type BlobDump, backupFormat, type Manifest, manifestName } from './manifest.ts';
import { forEachOf, type OnProgress } from './progress.ts';

/** Blobs copied at once. */
const atOnce = 4;

/**
 * Writes everything a hub is (the record with its keys, git, blobs) into a new folder, while the hub runs: one cut, the
 * moment at which the record was read. What is newer is not in it. The folder gets its name when it is whole; one that
 * broke off is called `<folder>.partial`.
 * @throws HubError `in-use` when the folder exists; `corrupt` when git or a blob is damaged
 */
export async function writeBackup(
  ctx: HubContext,
  target: string,
  onProgress: OnProgress,
): Promise<Manifest> {
  const folder = resolve(target);
  if (await stat(folder).catch(() => null))
    throw new HubError('in-use', `${folder} exists already`, {
      hint: 'Name a folder that is not there yet.',
    });
  const draft = `${folder}.partial`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const { refs, blobs, drafts, ...cut } = await dumpRecord(ctx.db, draft, onProgress);
  const repos = await dumpRepos(ctx, draft, refs, onProgress);
  const manifest: Manifest = {
    format: backupFormat,
    ...cut,
    ...repos,
    blobs: await dumpBlobs(ctx, draft, [...blobs, ...(await findDrafts(ctx, drafts, blobs))], onProgress),
    secretsKey: await dumpSecretsKey(ctx, draft),
  };
  await writeBackupFile(draft, manifestName, toAsync([`${JSON.stringify(manifest, null, 2)}\n`]));
  await syncFolder(draft);
  await rename(draft, folder);
  await syncFolder(dirname(folder));
  return manifest;
}

/** Drafts that are there still. A job whose draft is not begins its log anew. */
async function findDrafts(ctx: HubContext, drafts: string[], blobs: BlobDump[]): Promise<BlobDump[]> {
  const known = new Set(blobs.map(({ sha256 }) => sha256));
  const found: BlobDump[] = [];
  for (const sha256 of drafts) {
    const size = known.has(sha256) ? null : await ctx.blobs.size(sha256);
    if (size !== null) found.push({ sha256, size });
  }
  return found;
}

/** The key that opens the secrets of the record; null where the settings hold it. */
async function dumpSecretsKey(ctx: HubContext, folder: string): Promise<BackupFile | null> {
  if (ctx.config.secretsKey !== undefined) return null;
  const key = await readFile(join(ctx.paths.root, secretsKeyName));
  return writeBackupFile(folder, secretsKeyName, toAsync([key]));
}

async function dumpBlobs(
  ctx: HubContext,
  folder: string,
  blobs: BlobDump[],
  onProgress: OnProgress,
): Promise<Manifest['blobs']> {
  // The same layout and the same checks as in a data folder: a blob gets its name when its bytes were found right.
  const copies = createLocalBlobStore(join(folder, 'blobs'), join(folder, 'tmp'));
  const copy = async ({ sha256, size }: BlobDump) => {
    await copies.put(await ctx.blobs.open(sha256), { sha256, size }).catch((cause: unknown) => {
      if (!(cause instanceof HubError)) throw cause;
      throw new HubError('corrupt', `the blob ${sha256} is missing or damaged: ${cause.message}`, { cause });
    });
  };
  await forEachOf(blobs, copy, { atOnce, total: blobs.length, stage: 'blobs', onProgress });
  await rm(join(folder, 'tmp'), { recursive: true, force: true });
  const lines = blobs.map((blob) => `${JSON.stringify(blob)}\n`);
  const file = await writeBackupFile(folder, 'blobs.ndjson', toAsync(lines));
  return { ...file, count: blobs.length, bytes: blobs.reduce((sum, { size }) => sum + size, 0) };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
