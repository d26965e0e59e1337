import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { BenchmarkRow, BoardTask } from '../index/facts.ts';
import type { Repo } from '../repos/repo.ts';

export type BenchmarkStanding = 'candidate' | 'official' | 'declined' | 'retired';

export interface Benchmark extends Omit<BenchmarkRow, 'repo_id' | 'commit_oid'> {
  commit: string;
  standing: BenchmarkStanding;
  /** Why it was given its standing. */
  reason: string | null;
}

/** The benchmark that a dataset is registered as, or null. */
export async function findBenchmark(ctx: HubContext, repo: Repo): Promise<Benchmark | null> {
  return ctx.db.maybe<Benchmark>(
    `SELECT b.commit_oid AS commit, b.name, b.description, b.framework, b.tasks, b.leaderboard,
       coalesce(s.standing, 'candidate') AS standing, s.reason
     FROM derived.benchmarks b LEFT JOIN record.benchmark_standings s ON s.repo_id = b.repo_id
     WHERE b.repo_id = $1`,
    [repo.id],
  );
}

/** @throws HubError `not-found` when the dataset has no valid eval.yaml */
export async function requireBenchmark(ctx: HubContext, repo: Repo): Promise<Benchmark> {
  const found = await findBenchmark(ctx, repo);
  if (found) return found;
  throw new HubError('not-found', `${repo.fullName} is no benchmark: its main branch has no valid eval.yaml`);
}

/** What leaderboard.yaml says of a task; a task it does not name has the defaults. */
export function rulesOf(benchmark: Pick<Benchmark, 'leaderboard'>, taskId: string): BoardTask {
  const found = benchmark.leaderboard?.tasks.find((task) => task.id === taskId);
  return found ?? { id: taskId, lowerIsBetter: false };
}

/** The task meant: the named one, else the first. A board may hold results of tasks that eval.yaml no longer has. */
export function taskOf(benchmark: Pick<Benchmark, 'tasks'>, wanted: string | undefined): string {
  return wanted || (benchmark.tasks[0]?.id ?? '');
}

/** How much stands on the boards of a dataset, as far as the reader may see: by task id. */
export async function countByTask(
  ctx: HubContext,
  actor: Actor | null,
  fullName: string,
): Promise<Map<string, { results: number; models: number }>> {
  const rows = await ctx.db.query<{ task_id: string; results: number; models: number }>(
    `SELECT t.task_id, sum(t.n)::int AS results, count(*)::int AS models
     FROM (SELECT task_id, repo_id, count(*) AS n FROM derived.results
       WHERE dataset_key = $1 AND standing <> 'closed' GROUP BY task_id, repo_id) t
     JOIN record.repos r ON r.id = t.repo_id AND r.deleted_at IS NULL WHERE ${visibleReposSql(actor, 2)}
     GROUP BY t.task_id`,
    [fullName.toLowerCase(), actor?.id ?? null],
  );
  return new Map(rows.map(({ task_id, ...counts }) => [task_id, counts]));
}
