import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobStore } from '../blobs/blob-store.ts';
import { openStores } from '../blobs/open-stores.ts';
import { type DataPaths, toDataPaths } from '../config/data-paths.ts';
import type { Config } from '../config/load-config.ts';
import { readMigrations } from '../db/migrate.ts';
import { openDatabase } from '../db/open-database.ts';
import type { Db } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { createGitStore } from '../git/git-store.ts';
import type { Logger } from '../logger.ts';
import { openScratch } from '../scratch.ts';
import { secretsKeyName } from '../secrets-key.ts';
import { assertBackupFile, readBackupFile, readJsonLines } from './backup-files.ts';
import { assertEmpty, loadRecord } from './load-record.ts';
import { loadRepos } from './load-repos.ts';
import { type BlobDump, type Manifest, readManifest } from './manifest.ts';
import { forEachOf, type OnProgress } from './progress.ts';
import { restoreMark } from './restore-mark.ts';

/** Blobs copied at once. */
const atOnce = 4;

/**
 * Makes a hub from a backup, in an empty data folder and an empty database. Nothing of it is a hub before all of it is
 * there: the record comes last, in one transaction, and a mark in the data folder keeps hubs from starting until then. One
 * that broke off may be run again.
 * @throws HubError `in-use` when the place is not empty; `schema-too-new`; `corrupt` when the backup is damaged;
 * `invalid-input` when it is none
 */
export async function restoreBackup(
  config: Config,
  from: string,
  options: { log: Logger; onProgress: OnProgress },
): Promise<Manifest> {
  const folder = resolve(from);
  const manifest = await readManifest(folder);
  const migrations = await readMigrations();
  if (manifest.schema > migrations.length)
    throw new HubError(
      'schema-too-new',
      `the backup has schema ${manifest.schema}, this Assay knows ${migrations.length}`,
      { hint: 'Restore it with the Assay that wrote it, or a newer one.' },
    );
  const paths = toDataPaths(config.dataDir);
  await claimFolder(paths);
  const database = await openDatabase(config, paths, options.log, 'serve');
  try {
    await assertEmpty(database.db);
    await loadFiles(config, paths, { folder, manifest }, options.onProgress);
    await loadAll(database.db, { folder, manifest, migrations }, options.onProgress);
  } finally {
    await database.close();
  }
  await rm(join(paths.root, restoreMark));
  return manifest;
}

/** An embedded cluster of an earlier try is kept; files of it are made anew. */
async function claimFolder(paths: DataPaths): Promise<void> {
  await mkdir(paths.root, { recursive: true, mode: 0o711 });
  const found = await readdir(paths.root);
  if (found.length > 0 && !found.includes(restoreMark))
    throw new HubError('in-use', `the data folder ${paths.root} is not empty`, {
      hint: 'A backup is restored into a folder of its own: name one that is not there yet.',
    });
  await writeFile(join(paths.root, restoreMark), 'A backup is being restored here; no hub may start.\n');
  for (const path of [paths.repos, paths.blobs, paths.tlog]) await rm(path, { recursive: true, force: true });
  for (const path of [paths.repos, paths.blobs, paths.tmp])
    await mkdir(path, { recursive: true, mode: 0o700 });
}

interface Backup {
  folder: string;
  manifest: Manifest;
}

async function loadFiles(
  config: Config,
  paths: DataPaths,
  backup: Backup,
  onProgress: OnProgress,
): Promise<void> {
  const scratch = await openScratch(paths);
  const stores = await openStores(config, paths, scratch.dir);
  const git = await createGitStore({ reposDir: paths.repos, tmpDir: scratch.dir });
  try {
    await loadSecretsKey(paths, backup);
    await loadBlobs(stores.blobs, backup, onProgress);
    await loadRepos(git, backup, onProgress);
  } finally {
    await git.close();
    await stores.close();
    await scratch.close();
  }
}

async function loadSecretsKey(paths: DataPaths, { folder, manifest }: Backup): Promise<void> {
  if (!manifest.secretsKey) return;
  const path = join(paths.root, secretsKeyName);
  await writeFile(path, Readable.from(readBackupFile(folder, manifest.secretsKey)), {
    mode: 0o600,
    flush: true,
  });
}

async function loadBlobs(
  blobs: BlobStore,
  { folder, manifest }: Backup,
  onProgress: OnProgress,
): Promise<void> {
  await assertBackupFile(folder, manifest.blobs);
  const copy = async ({ sha256, size }: BlobDump) => {
    const path = `blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
    await blobs.put(readBackupFile(folder, { path, size, sha256 }), { sha256, size });
  };
  const total = manifest.blobs.count;
  await forEachOf(readJsonLines<BlobDump>(folder, manifest.blobs), copy, {
    atOnce,
    total,
    stage: 'blobs',
    onProgress,
  });
}

async function loadAll(
  db: Db,
  { migrations, ...backup }: Backup & { migrations: Parameters<typeof loadRecord>[1] },
  onProgress: OnProgress,
): Promise<void> {
  await db.session((session) => loadRecord(session, migrations, backup, onProgress));
}
