import { loadEntry } from './obstacles.ts';
import { readTaskIndex } from './task-index.ts';

/** A name that `lm-eval/NAME` takes. */
export interface ListedLmEval {
  name: string;
  kind: 'task' | 'group' | 'tag';
  /** Why a task cannot run here, as clauses; null when it can. Of groups and tags always null. */
  because: string[] | null;
}

/** Every task, group and tag of a folder of lm-evaluation-harness, and which of the tasks can run. */
export function* listLmEvalTasks(tasksPath: string): Iterable<ListedLmEval> {
  for (const entry of readTaskIndex(tasksPath).entries.values()) {
    if (entry.kind === 'group' || entry.kind === 'tag') {
      yield { name: entry.name, kind: entry.kind, because: null };
      continue;
    }
    const { obstacles } = loadEntry(entry);
    const because = obstacles.length > 0 ? obstacles.map((one) => one.because) : null;
    yield { name: entry.name, kind: 'task', because };
  }
}
