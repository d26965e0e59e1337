import { EVALUATION_FRAMEWORKS, type EvalTask, type LeaderboardTask } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';
import { type Benchmark, countByTask, rulesOf } from './find-benchmark.ts';

/** A benchmark with its tasks, rules and counts, as its page shows it. */
export async function describeBenchmark(
  ctx: HubContext,
  actor: Actor | null,
  repo: Repo,
  benchmark: Benchmark,
) {
  const counts = await countByTask(ctx, actor, repo.fullName);
  const { name, description, framework, standing, reason, commit, leaderboard } = benchmark;
  return {
    id: repo.fullName,
    name,
    description,
    framework,
    frameworkKnown: knownFrameworks(ctx).includes(framework),
    standing,
    ...(reason && { reason }),
    commit,
    tasks: benchmark.tasks.map((task) => describeTask(task, rulesOf(benchmark, task.id ?? ''), counts)),
    ...(leaderboard && { leaderboard }),
  };
}

function describeTask(
  task: EvalTask,
  rules: LeaderboardTask,
  counts: Map<string, { results: number; models: number }>,
) {
  const id = task.id ?? '';
  return { ...rules, ...task, id, ...(counts.get(id) ?? { results: 0, models: 0 }) };
}

/** Ids that `evaluation_framework` may have without a warning: the Hub's list, and what this hub's operator adds. */
export function knownFrameworks(ctx: HubContext): string[] {
  return [...new Set([...EVALUATION_FRAMEWORKS, ...(ctx.config.evaluationFrameworks ?? [])])];
}
