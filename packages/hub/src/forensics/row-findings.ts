import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { ApiResult } from '../leaderboards/to-result-row.ts';
import type { Claim, Finding, TaskRules } from './finding.ts';
import { findNeighbours } from './neighbour-findings.ts';
import { loadBenchmarks, toTaskRules } from './task-rules.ts';
import { toValueFindings } from './value-findings.ts';

/** What a result row claims. */
function toClaim(row: ApiResult): Claim {
  const { epochs, limit } = row.setup;
  return {
    value: row.value,
    valueText: row.valueText,
    ...(row.revision !== undefined && { revision: row.revision }),
    ...(!row.dateInferred && { date: row.date }),
    ...(epochs !== undefined && { epochs }),
    ...(limit !== undefined && { limit }),
    ...(row.n !== undefined && { scored: row.n }),
  };
}

/** Rows of one task with what their numbers, and the index beside them, tell. */
export async function withFindings<R extends ApiResult>(
  ctx: HubContext,
  actor: Actor | null,
  rows: R[],
  rules: TaskRules | null,
): Promise<(R & { findings: Finding[] })[]> {
  const beside = await findNeighbours(ctx, actor, rows);
  const now = ctx.clock();
  return rows.map((row, at) => ({
    ...row,
    findings: [...toValueFindings(toClaim(row), rules, now), ...beside[at]!],
  }));
}

/** The same for rows of several benchmarks. */
export async function withFindingsOfAll<R extends ApiResult>(
  ctx: HubContext,
  actor: Actor | null,
  rows: R[],
): Promise<(R & { findings: Finding[] })[]> {
  const datasets = rows.map(({ dataset }) => dataset);
  const [benchmarks, beside] = await Promise.all([
    loadBenchmarks(ctx, actor, datasets),
    findNeighbours(ctx, actor, rows),
  ]);
  const now = ctx.clock();
  return rows.map((row, at) => {
    const benchmark = benchmarks.get(row.dataset.toLowerCase());
    const rules = benchmark ? toTaskRules(benchmark, row.taskId) : null;
    return { ...row, findings: [...toValueFindings(toClaim(row), rules, now), ...beside[at]!] };
  });
}
