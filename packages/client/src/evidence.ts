import type { EvalLogHeader, EvalSample, EvalSampleSummary } from '@assay/spec';
import { askJson, type HubConnection, send } from './connection.ts';

export interface Evidence {
  /** SHA-256 of the log's bytes, 64 hexadecimal digits. */
  digest: string;
  /** Page that shows the log. */
  url: string;
  size: number;
}

export interface EvidenceHeader {
  digest: string;
  size: number;
  mediaType: string;
  log: EvalLogHeader;
  sampleCount: number;
  /** Of a log in a folder: where it lies there. Its digest then names the place, not the bytes. */
  place?: string;
  /** Of a log that its run has not closed. */
  progress?: RunState;
}

export interface RunState {
  /** Whether the file still grows. */
  live: boolean;
  done: number;
  planned: number | null;
  /** Share of the scored samples that are right, so far. */
  correct: number | null;
}

/** A log of a folder, as a list shows it. */
export interface FolderLog {
  /** What the routes of one log take as its digest. */
  digest: string;
  place: string;
  size: number;
  /** Null: the file cannot be read as a log. */
  run: {
    task: string;
    model: string;
    status: EvalLogHeader['status'];
    created: string;
    completed: number | null;
    total: number | null;
    metrics: { scorer: string; name: string; value: number }[];
    progress?: RunState;
  } | null;
}

const evidencePath = (digest: string, tail = ''): string =>
  `/api/assay/evidence/${encodeURIComponent(digest)}${tail}`;

/** Hands a log to the hub, which keeps it under the digest of its bytes. Twice the same log is one. */
export function uploadEvidence(
  connection: HubConnection,
  log: Blob,
  about: { model: string; dataset: string },
): Promise<Evidence> {
  return askJson(connection, '/api/assay/evidence', {
    method: 'POST',
    query: about,
    headers: { 'content-type': 'application/octet-stream' },
    body: log,
  });
}

/** The logs of the folder that `assay view` shows; hubs have no such list and say 404. */
export function readFolderLogs(connection: HubConnection): Promise<{ folder: string; logs: FolderLog[] }> {
  return askJson(connection, '/api/assay/evidence');
}

export function readEvidence(connection: HubConnection, digest: string): Promise<EvidenceHeader> {
  return askJson(connection, evidencePath(digest));
}

/** One page of a log's samples. `filter`: all, correct, incorrect, error or unscored. */
export function readEvidenceSamples(
  connection: HubConnection,
  digest: string,
  query: { offset?: number; limit?: number; filter?: string } = {},
): Promise<{ samples: EvalSampleSummary[]; total: number }> {
  return askJson(connection, evidencePath(digest, '/samples'), { query });
}

export function readEvidenceSample(
  connection: HubConnection,
  digest: string,
  id: string | number,
  epoch: number,
): Promise<EvalSample> {
  return askJson(connection, evidencePath(digest, `/samples/${encodeURIComponent(id)}/${epoch}`));
}

/** The log's bytes, exactly as they were uploaded. */
export async function readEvidenceFile(
  connection: HubConnection,
  digest: string,
): Promise<ReadableStream<Uint8Array>> {
  const response = await send(connection, evidencePath(digest, '/file'));
  return response.body ?? new Blob([]).stream();
}
