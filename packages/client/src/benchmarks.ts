import type { EvalTask, LeaderboardTask, LeaderboardUnit, Setup } from '@assay/spec';
import { askJson, type HubConnection } from './connection.ts';

// What stands here and in results.ts is Assay's own API: huggingface.co has no such routes.

export type BenchmarkStanding = 'candidate' | 'official' | 'declined' | 'retired';
export type ResultStanding = 'verified' | 'merged' | 'community' | 'closed';

export interface BenchmarkCard {
  /** `namespace/name` of the dataset. */
  id: string;
  name: string;
  description: string;
  framework: string;
  standing: BenchmarkStanding;
  commit: string;
  /** Ids of its tasks, in the order of eval.yaml. */
  tasks: string[];
  /** How many models stand on its boards, and how many results it has in all. */
  models: number;
  results: number;
  updatedAt: string;
}

/** A task as eval.yaml and leaderboard.yaml define it, and how much stands on its board. */
export interface BenchmarkTask extends EvalTask, Omit<LeaderboardTask, 'id'> {
  id: string;
  /** Results that are not closed, and the models they are of. */
  results: number;
  models: number;
}

export interface Benchmark {
  id: string;
  name: string;
  description: string;
  framework: string;
  /** Whether the framework is on the Hub's list, or on this hub's own. */
  frameworkKnown: boolean;
  standing: BenchmarkStanding;
  /** Why it was given its standing. */
  reason?: string;
  commit: string;
  tasks: BenchmarkTask[];
}

/** A result where it stands: on a model's main branch, or in one of its pull requests. */
export interface ResultRow {
  id: string;
  model: string;
  modelAuthor: string;
  dataset: string;
  taskId: string;
  revision?: string;
  /** The commit that `revision` names in the benchmark's repo, when it is here. */
  revisionCommit?: string;
  /** Standing of the benchmark it names; `dataset`: that is no benchmark; `absent`: its dataset is not on this hub. */
  benchmarkStanding?: BenchmarkStanding | 'dataset' | 'absent';
  value: number;
  /** The value as its file writes it: what is shown. */
  valueText: string;
  standing: ResultStanding;
  pullRequest?: number;
  filename: string;
  commit: string;
  date: string;
  /** True when the file gives no date and the commit's was taken. */
  dateInferred: boolean;
  source?: { url: string; name?: string; user?: string; org?: string };
  notes?: string;
  /** Of a result that carries a token: what became of it, and why. */
  verification?: { code: string; reason: string; statement?: string; issuer?: string; level?: string };
  setup: Setup;
  setupText: string;
  setupClass: string;
  /** Digest of the log behind it, when the hub keeps that log. */
  evidence?: string;
  author?: string;
  /** From the log's header: scored samples, how many of them correct, standard error in the value's own unit. */
  n?: number;
  correct?: number;
  stderr?: number;
  /** That the run was announced before it happened, and which attempt it is. */
  planned?: { plan: string; attempt: number; of: number; stopRule?: string };
  /** What came of running it again. */
  replications?: { replicated: number; not: number; inconclusive: number };
  /** What the number itself tells; on rows of boards and models. */
  findings?: Finding[];
}

/** Something about a number that a reader should know before believing it. */
export interface Finding {
  code: string;
  /** `doubt`: the number can hardly be what it says. `note`: something is not known. */
  level: 'doubt' | 'note';
  message: string;
}

/** Results of a task whose commits the benchmark calls comparable; see `revisions` of leaderboard.yaml. */
export interface Edition {
  /** What `revision` names it by: `first`, `unknown`, or the commit it begins with. */
  id: string;
  name: string;
  since?: string;
  reason?: string;
  /** Whether the benchmark's main branch is at it. */
  current: boolean;
  models: number;
}

export interface BoardRow extends ResultRow {
  rank: number;
  /** The benchmark does not rank this setup. */
  setupNotRanked?: boolean;
}

export interface Board {
  task: string;
  unit?: LeaderboardUnit;
  lowerIsBetter: boolean;
  /** The edition shown, and all there are; absent when all commits of the benchmark are comparable. */
  revision?: Edition;
  revisions?: Edition[];
  rows: BoardRow[];
  /** Cursor of the next page, when there is one. */
  next?: string;
}

export interface Home {
  benchmarks: BenchmarkCard[];
  latest: ResultRow[];
  counts: { benchmarks: number; models: number; results: number };
}

const benchmarkPath = (id: string, tail = ''): string => `/api/assay/benchmarks/${id}${tail}`;

export function readHome(connection: HubConnection): Promise<Home> {
  return askJson(connection, '/api/assay/home');
}

export function listBenchmarks(
  connection: HubConnection,
  query: { search?: string; standing?: BenchmarkStanding; cursor?: string; limit?: number } = {},
): Promise<{ benchmarks: BenchmarkCard[]; next?: string }> {
  return askJson(connection, '/api/assay/benchmarks', { query });
}

export function readBenchmark(connection: HubConnection, id: string): Promise<Benchmark> {
  return askJson(connection, benchmarkPath(id));
}

/** The board of one task. Rows of other setups than the default come only with `allSetups`. */
export function readBoard(
  connection: HubConnection,
  id: string,
  options: {
    task?: string;
    allSetups?: boolean;
    includeCommunity?: boolean;
    /** Id or name of an edition; left out: the one main is at. */
    revision?: string;
    /** Only models that were made from no other. */
    rootsOnly?: boolean;
    cursor?: string;
    limit?: number;
  } = {},
): Promise<Board> {
  return askJson(connection, benchmarkPath(id, '/board'), {
    query: {
      task: options.task,
      all_setups: options.allSetups,
      include: options.includeCommunity ? 'community' : undefined,
      revision: options.revision,
      base_model: options.rootsOnly,
      cursor: options.cursor,
      limit: options.limit,
    },
  });
}
