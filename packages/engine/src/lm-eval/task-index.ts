import { globSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../engine-error.ts';
import { type TaskFields, TaskFileReader } from './task-file.ts';

/** A name that lm-eval's `--tasks` would take. */
export type IndexEntry =
  | { kind: 'task' | 'python'; name: string; path: string; tags: string[]; fields: TaskFields }
  | { kind: 'group'; name: string; path: string; tags: string[]; fields: TaskFields }
  | { kind: 'tag'; name: string; tasks: string[] };

/** All tasks, groups and tags of a folder of task files. */
export interface TaskIndex {
  readonly folder: string;
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Files that hold no task, with the reason. */
  readonly problems: { path: string; message: string }[];
}

const ignoredFolders = /(^|\/)(__pycache__|\.ipynb_checkpoints)\//;

/**
 * Reads every `*.yaml` below a folder: a checkout of lm-evaluation-harness (its `lm_eval/tasks`), or one's own tasks.
 * Of several entries with one name the first by path counts, as in lm-eval.
 * @throws EngineError `plan-invalid` when the folder holds no YAML file
 */
export function readTaskIndex(folder: string): TaskIndex {
  const paths = globSync('**/*.yaml', { cwd: folder }).map((path) => path.replaceAll('\\', '/'));
  const files = paths.filter((path) => !ignoredFolders.test(path)).sort(byCodePoints);
  if (files.length === 0) {
    throw new EngineError('plan-invalid', `${folder} holds no task files (*.yaml)`, {
      hint: 'name the folder lm_eval/tasks of a checkout of lm-evaluation-harness, or a folder of your own tasks',
    });
  }
  const reader = new TaskFileReader();
  const index = { folder, entries: new Map<string, IndexEntry>(), problems: [] as TaskIndex['problems'] };
  for (const path of files) {
    try {
      for (const fields of variantsOf(reader.read(join(folder, path)))) addEntry(index.entries, fields, path);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      index.problems.push({ path, message: error.message });
    }
  }
  return index;
}

/** A `task_list` makes several tasks of one file: each item's settings over the file's own. */
function variantsOf(fields: TaskFields): TaskFields[] {
  if (!Array.isArray(fields.task_list)) return [fields];
  const { task_list: variants, ...common } = fields;
  return (variants as unknown[]).map((variant) =>
    typeof variant === 'string' ? { ...common, task: variant } : { ...common, ...(variant as TaskFields) },
  );
}

function addEntry(entries: Map<string, IndexEntry>, fields: TaskFields, path: string): void {
  const isGroup = fields.class === undefined && fields.group !== undefined;
  const name = isGroup ? fields.group : fields.task;
  if (typeof name !== 'string') {
    throw new EngineError('plan-invalid', `${path} names no task and no group`);
  }
  if (entries.has(name)) return;
  const tags = toNames(fields.tag);
  if (isGroup) {
    entries.set(name, { kind: 'group', name, path, tags, fields });
    return;
  }
  const kind = fields.class === undefined ? 'task' : 'python';
  entries.set(name, { kind, name, path, tags, fields });
  for (const tag of tags) addTag(entries, tag, name);
}

function addTag(entries: Map<string, IndexEntry>, tag: string, task: string): void {
  const entry = entries.get(tag);
  if (!entry) entries.set(tag, { kind: 'tag', name: tag, tasks: [task] });
  else if (entry.kind === 'tag') entry.tasks.push(task);
}

function toNames(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

/** Python's order of texts. */
export function byCodePoints(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
