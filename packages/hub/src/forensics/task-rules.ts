import type { EvalTask, LeaderboardTask } from '@assay/spec';
import { planFor, visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { BenchmarkRow } from '../index/facts.ts';
import { rulesOf } from '../leaderboards/find-benchmark.ts';
import type { TaskRules } from './finding.ts';

/** Scorers whose verdict on a sample is right or wrong, and nothing between. */
const binaryScorers = new Set([
  'match',
  'includes',
  'pattern',
  'answer',
  'exact',
  'choice',
  'math',
  'model_graded_qa',
  'model_graded_fact',
]);
const shareMetrics = /^(accuracy|acc|mean|exact[_ -]?match|pass[@_-]?(at[_-])?1|share|percent correct)$/i;

type Benchmark = Pick<BenchmarkRow, 'tasks' | 'leaderboard'>;

/** What a benchmark's files say about the values of a task. Pure. */
export function toTaskRules(benchmark: Benchmark, taskId: string): TaskRules {
  const task = benchmark.tasks.find(({ id }) => id === taskId);
  const rules = rulesOf(benchmark, taskId);
  return {
    ...(rules.unit && { unit: rules.unit }),
    ...(rules.bounds && { bounds: rules.bounds }),
    ...(rules.items !== undefined && { items: rules.items }),
    isShare: isShare(task, rules),
    epochs: task?.epochs ?? 1,
    isMeanOfEpochs: task?.epochReducer === undefined || task.epochReducer === 'mean',
  };
}

function isShare(task: EvalTask | undefined, rules: LeaderboardTask): boolean {
  if (rules.metric !== undefined && !shareMetrics.test(rules.metric.trim())) return false;
  const scorers = task?.scorers ?? [];
  if (scorers.length === 0) return rules.metric !== undefined && shareMetrics.test(rules.metric.trim());
  return scorers.every(({ name, args }) => binaryScorers.has(name) && args.partial_credit !== true);
}

/** The rules of several datasets at once, by `ns/name` in lower case; those that are no benchmark here are left out. */
export async function loadBenchmarks(
  ctx: HubContext,
  actor: Actor | null,
  datasets: string[],
): Promise<Map<string, Benchmark>> {
  const keys = [...new Set(datasets.map((name) => name.toLowerCase()))];
  const rows = await ctx.db.query<Benchmark & { key: string }>(
    `SELECT lower(r.namespace) || '/' || lower(r.name) AS key, b.tasks, b.leaderboard
     FROM unnest($1::text[]) AS w (key)
     JOIN record.repos r ON r.type = 'dataset' AND r.deleted_at IS NULL
       AND lower(r.namespace) = split_part(w.key, '/', 1) AND lower(r.name) = split_part(w.key, '/', 2)
     JOIN derived.benchmarks b ON b.repo_id = r.id
     WHERE ${visibleReposSql(actor, 2)}`,
    [keys, actor?.id ?? null],
    planFor(actor),
  );
  return new Map(rows.map(({ key, ...benchmark }) => [key, benchmark]));
}
