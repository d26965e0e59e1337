import type { Issue, LegacyResult } from '@assay/spec';
import type { Benchmark, Finding, ResultRow, ResultStanding } from './benchmarks.ts';
import { askJson, type HubConnection } from './connection.ts';
import type { HiddenResult } from './contested.ts';
import type { EvidenceHeader } from './evidence.ts';

/** Something done in public to a result; the record keeps every one, for good. */
export interface Act {
  id: string;
  kind: 'submitted' | 'merged' | 'closed' | 'reopened' | 'changed' | 'deleted' | 'replied';
  at: string;
  actor?: string;
  resultId: string;
  model: string;
  dataset: string;
  taskId: string;
  filename: string;
  pullRequest?: number;
  commit?: string;
  /** The entry as its file wrote it. */
  entry: Record<string, unknown>;
  /** Of a close: its `reason`. Of a change: the `previous` result. */
  detail: Record<string, unknown>;
}

/** A result, or what the record tells of one that no file holds any more. */
export interface KeptResult extends ResultRow {
  gone?: 'changed' | 'deleted' | 'hidden';
  /** Id of the result it was changed into. */
  replacedBy?: string;
}

export interface ResultDetails {
  result: KeptResult;
  /** Where else the same result stands: scope 0 is main, N is pull request N. */
  standings: { scope: number; standing: ResultStanding }[];
  acts: Act[];
  /** What its number and what is around it tell. */
  findings: Finding[];
  /** Given when it stands on no board. */
  hidden?: HiddenResult;
  evidence?: EvidenceHeader;
  benchmark?: Benchmark;
}

export interface ModelResults {
  results: ResultRow[];
  /** Files of an imported repo that do not parse. */
  invalid: { filename: string; scope: number; issues: Issue[] }[];
  /** What its card tells in `model-index`. */
  legacy: CardResult[];
}

/** A number of a model card: it has no standing and no rank. */
export interface CardResult extends LegacyResult {
  model: string;
  legacy: true;
}

/** Models that a model was made from (`here`: on this hub), and that were made from it. */
export interface Relations {
  relation: string | null;
  parents: { id: string; here: boolean }[];
  children: { id: string; relation: string }[];
  childCount: number;
}

export function readResult(connection: HubConnection, id: string): Promise<ResultDetails> {
  return askJson(connection, `/api/assay/results/${encodeURIComponent(id)}`);
}

/** Every result of a model, the closed ones too: what was once public stays reachable. */
export function readModelResults(connection: HubConnection, model: string): Promise<ModelResults> {
  return askJson(connection, `/api/assay/models/${model}/results`);
}

export function readRelations(connection: HubConnection, model: string): Promise<Relations> {
  return askJson(connection, `/api/assay/models/${model}/relations`);
}

/** What model cards tell of a benchmark's dataset under its whole name. */
export async function readLegacyResults(connection: HubConnection, dataset: string): Promise<CardResult[]> {
  const answer = await askJson<{ legacy: CardResult[] }>(
    connection,
    `/api/assay/benchmarks/${dataset}/legacy`,
  );
  return answer.legacy;
}

export async function readActs(connection: HubConnection, model: string): Promise<Act[]> {
  const answer = await askJson<{ acts: Act[] }>(connection, `/api/assay/models/${model}/acts`);
  return answer.acts;
}

/** The results that a pull request proposes, each with all that is to be told of its number. */
export function readPullFindings(
  connection: HubConnection,
  model: string,
  num: number,
): Promise<{ results: (ResultRow & { findings: Finding[] })[]; left: number }> {
  return askJson(connection, `/api/assay/models/${model}/pulls/${num}/findings`);
}
