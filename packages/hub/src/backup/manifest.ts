import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../errors.ts';

/** Number of the form in which backups are written. */
export const backupFormat = 1;

/** A file of the backup, and what its bytes must be. */
export interface BackupFile {
  /** From the backup's folder, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

export interface TableDump {
  name: string;
  /** In the order in which the file holds them. */
  columns: string[];
  file: BackupFile;
}

/** What a whole backup holds. Written last: a folder without it is none. */
export interface Manifest {
  format: number;
  /** Number of the newest migration that the database had. */
  schema: number;
  /** ISO time of the cut. */
  createdAt: string;
  tables: TableDump[];
  /** Identity columns' sequences of the record, with the last number drawn. */
  sequences: { name: string; last: number }[];
  /** One `RepoDump` a line. */
  repos: BackupFile & { count: number };
  /** One `BlobDump` a line. */
  blobs: BackupFile & { count: number; bytes: number };
  /** The key that opens the record's sealed secrets; null where it is one of the settings. */
  secretsKey: BackupFile | null;
  /** Leaves under the newest checkpoint of the transparency log. */
  tlogSize: number;
  /** Repos that were deleted while the backup ran: their rows are in it, their files are not. */
  deleted: string[];
}

/** A repo's refs as the record's cut has them, and a pack with all they lead to (null: no refs). */
export interface RepoDump {
  id: string;
  refs: Record<string, string>;
  pack: BackupFile | null;
}

export interface BlobDump {
  sha256: string;
  size: number;
}

export const manifestName = 'manifest.json';

/** @throws HubError `invalid-input` when the folder is no whole backup of a form known here */
export async function readManifest(folder: string): Promise<Manifest> {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Partial<Manifest>;
  } catch (cause) {
    throw new HubError('invalid-input', `${folder} holds no whole backup: ${manifestName} cannot be read`, {
      cause,
      hint: 'A backup that broke off lies in a folder whose name ends with .partial; it cannot be restored.',
    });
  }
  if (manifest.format === backupFormat) return manifest as Manifest;
  throw new HubError(
    'invalid-input',
    `${folder} is a backup of form ${manifest.format}; this Assay reads ${backupFormat}`,
    {
      hint: 'Restore it with the Assay that wrote it, or a newer one.',
    },
  );
}
