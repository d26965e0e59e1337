import type { Repo } from '../repos/repo.ts';

/** A run of a trusted worker that is to be vouched for. */
export interface AttestedRun {
  jobId: string;
  /** Which worker of this hub ran it. */
  workerId: string;
  /** The finished log, on this machine's disk. */
  logPath: string;
  /** SHA-256 of its bytes, as the hub keeps it. */
  evidenceDigest: string;
  modelRepo: Repo;
  datasetRepo: Repo;
  startedAt: Date;
  finishedAt: Date;
  /** US dollars. */
  costUsd?: number;
}
