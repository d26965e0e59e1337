import { join, resolve } from 'node:path';

/** Layout of the data folder. Pure: makes nothing. */
export interface DataPaths {
  root: string;
  /** Cluster of the embedded PostgreSQL. */
  postgres: string;
  /** Its socket and its log. */
  run: string;
  /** Bare repos, by id. */
  repos: string;
  /** LFS objects and evidence, by content. */
  blobs: string;
  /** The transparency log as static files. */
  tlog: string;
  /** Logs of evaluations that workers carry out, by job. */
  jobs: string;
  /** Quarantines and uploads in progress: in a running hub's context, the part of it that is this process's own. */
  tmp: string;
}

export function toDataPaths(dataDir: string): DataPaths {
  const root = resolve(dataDir);
  return {
    root,
    postgres: join(root, 'postgres'),
    run: join(root, 'run'),
    repos: join(root, 'repos'),
    blobs: join(root, 'blobs'),
    tlog: join(root, 'tlog'),
    jobs: join(root, 'jobs'),
    tmp: join(root, 'tmp'),
  };
}
