import type { ClosingReason } from '@assay/spec';
import type { ResultRow } from './benchmarks.ts';
import { askJson, type HubConnection, send } from './connection.ts';

/** A result that was public and is on no board any more. */
export interface HiddenResult {
  result: ResultRow;
  /** `withdrawn`: by whoever submitted it, or with the file it stood in. `contested`: somebody else closed it. */
  how: 'contested' | 'withdrawn';
  why: ClosingReason | 'changed' | 'removed' | 'repo-deleted' | 'repo-private' | 'redacted';
  words?: string;
  by?: string;
  at: string;
  submitter?: string;
  replies: { by?: string; at: string; text: string }[];
}

/** What a model's shown results leave out on one task, in the unit of its values. */
export interface TaskSuppression {
  dataset: string;
  taskId: string;
  shown: number;
  hidden: number;
  contested: number;
  withdrawn: number;
  /** Median of what is hidden minus median of what is shown. */
  medianDifference: number | null;
  /** Mean of what is shown minus mean of all. */
  bias: number | null;
}

export interface ModelRecord {
  model: string;
  /** False when no model of this name can be seen here any more. */
  here: boolean;
  hidden: HiddenResult[];
  suppression: TaskSuppression[];
  /** False when there is more than the figures count. */
  complete: boolean;
}

/** What was taken off the boards of a model, also of one that is deleted or private now. */
export function readModelRecord(connection: HubConnection, model: string): Promise<ModelRecord> {
  return askJson(connection, `/api/assay/models/${model}/record`);
}

/** What was taken off the board of one task, newest first. */
export function readContested(
  connection: HubConnection,
  benchmark: string,
  options: { task?: string; cursor?: string; limit?: number } = {},
): Promise<{ task: string; hidden: HiddenResult[]; next?: string }> {
  return askJson(connection, `/api/assay/benchmarks/${benchmark}/contested`, { query: { ...options } });
}

/** For whoever submitted a result that is off the boards. */
export async function replyToClosing(connection: HubConnection, id: string, text: string): Promise<void> {
  await send(connection, `/api/assay/results/${encodeURIComponent(id)}/reply`, {
    method: 'POST',
    json: { text },
  });
}

/** Administrators only: takes a result's words out of what the hub shows. */
export async function redactResult(connection: HubConnection, id: string, reason: string): Promise<void> {
  await send(connection, `/api/assay/results/${encodeURIComponent(id)}/redact`, {
    method: 'POST',
    json: { reason },
  });
}
