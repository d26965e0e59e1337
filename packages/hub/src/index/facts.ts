import type { EvalTask, Issue, LeaderboardTask } from '@assay/spec';
import type { ResultRow } from './result-row.ts';

/** What the index says about one repo: rows of `derived`, spelled as the tables spell them. */
export interface RepoFacts {
  refs: RefRow[];
  card: CardRow | null;
  benchmark: BenchmarkRow | null;
  results: ResultRow[];
  invalid: InvalidRow[];
}

export interface RefRow {
  repo_id: string;
  ref: string;
  commit_oid: string;
  base_oid: string | null;
}

export interface CardRow {
  repo_id: string;
  commit_oid: string;
  /** ISO time, UTC. */
  last_modified: string;
  /** README front matter; null when there is none. */
  card: Record<string, unknown> | null;
  tags: string[];
  base_models: string[];
  legacy_datasets: string[];
  parameters: number | null;
}

export interface BenchmarkRow {
  repo_id: string;
  commit_oid: string;
  name: string;
  description: string;
  framework: string;
  tasks: EvalTask[];
  leaderboard: BoardRules | null;
}

/** leaderboard.yaml, with what its notes and commits mean: setup classes, and full commit ids. */
interface BoardRules {
  tasks: BoardTask[];
}

export interface BoardTask extends LeaderboardTask {
  /** Of `setups`. */
  setupClasses?: string[];
}

export interface InvalidRow {
  repo_id: string;
  scope: number;
  filename: string;
  issues: Issue[];
}
