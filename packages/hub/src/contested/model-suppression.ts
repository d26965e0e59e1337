import { type Suppression, suppression } from '@assay/stats';
import type { HiddenResult } from './hidden-result.ts';

/** What a model's shown results leave out, task by task. */
export interface TaskSuppression extends Suppression {
  dataset: string;
  taskId: string;
  contested: number;
  withdrawn: number;
}

interface ShownResult {
  id: string;
  dataset: string;
  taskId: string;
  value: number;
}

/**
 * Pure. Tasks of which something is hidden, most first. What an administrator redacted has no value any more and counts
 * in no figure.
 * @param shown results that stand; the same one in several places counts once
 */
export function toModelSuppression(shown: ShownResult[], hidden: HiddenResult[]): TaskSuppression[] {
  const once = [...new Map(shown.map((row) => [row.id, row])).values()];
  const counted = hidden.filter((entry) => entry.why !== 'redacted' && Number.isFinite(entry.result.value));
  const tasks = Map.groupBy(counted, ({ result }) => keyOf(result));
  return [...tasks]
    .map(([key, entries]) => {
      const { dataset, taskId } = entries[0]!.result;
      return {
        dataset,
        taskId,
        contested: entries.filter(({ how }) => how === 'contested').length,
        withdrawn: entries.filter(({ how }) => how === 'withdrawn').length,
        ...suppression(
          once.filter((row) => keyOf(row) === key).map((row) => row.value),
          entries.map(({ result }) => result.value),
        ),
      };
    })
    .sort((a, b) => b.hidden - a.hidden || (a.dataset + a.taskId < b.dataset + b.taskId ? -1 : 1));
}

function keyOf({ dataset, taskId }: { dataset: string; taskId: string }): string {
  return JSON.stringify([dataset.toLowerCase(), taskId]);
}
