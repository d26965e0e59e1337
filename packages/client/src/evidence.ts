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
