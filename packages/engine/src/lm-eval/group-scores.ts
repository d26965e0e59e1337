import { aggregateErrors, aggregateTasks, metricKey } from './metrics.ts';
import type { SelectedGroup } from './select-tasks.ts';

/** The values of one finished task. */
export interface TaskScores {
  /** By `metric,filter`. */
  values: Record<string, number>;
  /** Samples scored. */
  size: number;
}

/** A group's values by `metric,filter`, with `metric_stderr,filter` where every task has one; empty when it has no rule. */
export function scoreGroup(
  group: SelectedGroup,
  tasks: ReadonlyMap<string, TaskScores>,
): Record<string, number> {
  const members = group.tasks.flatMap((name) => tasks.get(name) ?? []);
  const scores: Record<string, number> = {};
  for (const rule of group.aggregates) {
    for (const filter of rule.filters ?? filtersOf(rule.metric, members)) {
      const [key, errorKey] = [metricKey(rule.metric, filter), metricKey(`${rule.metric}_stderr`, filter)];
      const having = members.filter((member) => key in member.values);
      if (having.length === 0) continue;
      const sizes = having.map((member) => member.size);
      const values = having.map((member) => member.values[key]!);
      scores[key] = aggregateTasks(values, sizes, rule.weightBySize);
      const errors = having.flatMap((member) => member.values[errorKey] ?? []);
      if (errors.length === having.length)
        scores[errorKey] = aggregateErrors(errors, sizes, rule.weightBySize);
    }
  }
  return scores;
}

function filtersOf(metric: string, members: TaskScores[]): string[] {
  const prefix = `${metric},`;
  const keys = members.flatMap((member) => Object.keys(member.values));
  return [
    ...new Set(keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))),
  ].sort();
}
