import type { Issue } from '@assay/spec';
import type { Benchmark, ResultRow, ResultStanding } from './benchmarks.ts';
import { askJson, type HubConnection } from './connection.ts';
import type { EvidenceHeader } from './evidence.ts';

/** Something done in public to a result; the record keeps every one, for good. */
export interface Act {
  id: string;
  kind: 'submitted' | 'merged' | 'closed' | 'reopened' | 'changed' | 'deleted';
  at: string;
  actor?: string;
  resultId?: string;
  pullRequest?: number;
  [detail: string]: unknown;
}

export interface ResultDetails {
  result: ResultRow;
  /** Where else the same result stands: scope 0 is main, N is pull request N. */
  standings: { scope: number; standing: ResultStanding }[];
  acts: Act[];
  evidence?: EvidenceHeader;
  benchmark?: Benchmark;
}

export interface ModelResults {
  results: ResultRow[];
  /** Files of an imported repo that do not parse. */
  invalid: { filename: string; issues: Issue[] }[];
}

export function readResult(connection: HubConnection, id: string): Promise<ResultDetails> {
  return askJson(connection, `/api/assay/results/${encodeURIComponent(id)}`);
}

/** Every result of a model, the closed ones too: what was once public stays reachable. */
export function readModelResults(connection: HubConnection, model: string): Promise<ModelResults> {
  return askJson(connection, `/api/assay/models/${model}/results`);
}

export async function readActs(connection: HubConnection, model: string): Promise<Act[]> {
  const answer = await askJson<{ acts: Act[] }>(connection, `/api/assay/models/${model}/acts`);
  return answer.acts;
}
