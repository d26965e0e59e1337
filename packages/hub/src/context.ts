import type { FailureLimit } from './auth/failure-limit.ts';
import type { OidcSignIn } from './auth/oidc-sign-in.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { PieceStore } from './blobs/piece-store.ts';
import type { DataPaths } from './config/data-paths.ts';
import type { Config } from './config/load-config.ts';
import type { Db } from './db/sql.ts';
import type { GitStore } from './git/git-store.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Logger } from './logger.ts';
import type { DownloadCounter } from './repos/downloads.ts';
import type { SecretBox } from './secrets-key.ts';
import type { TransparencyLog } from './tlog/transparency-log.ts';

/** Everything a hub function may need; handed in, never global. */
export interface HubContext {
  config: Config;
  db: Db;
  paths: DataPaths;
  log: Logger;
  jobs: Jobs;
  blobs: BlobStore;
  /** What Xet clients send, until it is put together. */
  pieces: PieceStore;
  git: GitStore;
  tlog: TransparencyLog;
  downloads: DownloadCounter;
  /** Bad credentials by client address. */
  failures: FailureLimit;
  /** Signing in through an identity provider; null without one. */
  oidc: OidcSignIn | null;
  /** The time now. Tests may stop it. */
  clock(): Date;
  /** 32 bytes made at first start: signs upload and download URLs and cursors. Never logged. */
  signingKey: Buffer;
  /** Seals what must be given back later: secrets of jobs, keys of endpoints. */
  secrets: SecretBox;
}
