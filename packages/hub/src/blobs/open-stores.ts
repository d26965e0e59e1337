import { join } from 'node:path';
import type { DataPaths } from '../config/data-paths.ts';
import type { Config } from '../config/load-config.ts';
import type { BlobStore } from './blob-store.ts';
import { createLocalBlobStore } from './local-blob-store.ts';
import { createLocalPieceStore } from './local-piece-store.ts';
import type { PieceStore } from './piece-store.ts';
import { openS3Place } from './s3-place.ts';

/** Where large bytes are kept: LFS objects and evidence as blobs, what Xet clients send as pieces. */
export interface Stores {
  blobs: BlobStore;
  pieces: PieceStore;
  close(): Promise<void>;
}

/** The bucket that the settings name, else the data folder. @param tmpDir drafts lie here */
export async function openStores(config: Config, paths: DataPaths, tmpDir: string): Promise<Stores> {
  const place = await openS3Place(config);
  if (!place) {
    return {
      blobs: createLocalBlobStore(paths.blobs, tmpDir),
      pieces: createLocalPieceStore(join(paths.root, 'xet'), tmpDir),
      close: async () => {},
    };
  }
  const { createS3BlobStore } = await import('./s3-blob-store.ts');
  const { createS3PieceStore } = await import('./s3-piece-store.ts');
  const { abortAbandonedUploads } = await import('./s3-upload.ts');
  await abortAbandonedUploads(place, new Date());
  return {
    blobs: createS3BlobStore(place, tmpDir),
    pieces: createS3PieceStore(place),
    close: async () => place.client.destroy(),
  };
}
