import { EngineError } from '../engine-error.ts';
import type { TaskFields } from './task-file.ts';
import { byCodePoints, type IndexEntry, type TaskIndex } from './task-index.ts';

/** A task to be run, or a group of them with the values it is summed up by. */
export type SelectedTask = IndexEntry & { kind: 'task' | 'python' };

export interface SelectedGroup {
  name: string;
  /** All tasks below it, those of its subgroups among them. */
  tasks: string[];
  aggregates: AggregateRule[];
}

/** How a group sums up a metric of its tasks. */
interface AggregateRule {
  metric: string;
  /** Null: all filters that the tasks have for the metric. */
  filters: string[] | null;
  weightBySize: boolean;
}

export interface Selection {
  tasks: SelectedTask[];
  groups: SelectedGroup[];
}

/** Fields that make a group; every other field of it is handed down to its tasks. */
const groupFields = new Set(['group', 'group_alias', 'task', 'aggregate_metric_list', 'metadata']);

/**
 * What a name stands for: a task, all tasks of a tag (by name), or all tasks of a group and its subgroups.
 * @throws EngineError `plan-invalid` when the name is unknown, or a group names what is not there
 */
export function selectTasks(index: TaskIndex, name: string): Selection {
  const selection: Selection = { tasks: [], groups: [] };
  const entry = index.entries.get(name);
  if (!entry) {
    const similar = [...index.entries.keys()].filter((one) => one.includes(name)).slice(0, 8);
    throw new EngineError('plan-invalid', `${index.folder} has no task, group or tag "${name}"`, {
      hint:
        similar.length > 0 ? `names like it: ${similar.join(', ')}` : 'assay tasks search TEXT finds names',
    });
  }
  addEntry({ index, selection, open: [] }, entry, {});
  return selection;
}

interface Walk {
  index: TaskIndex;
  selection: Selection;
  /** Groups that are being walked, to see circles. */
  open: string[];
}

/** Adds what an entry stands for; gives the names of its tasks. */
function addEntry(walk: Walk, entry: IndexEntry, overrides: TaskFields): string[] {
  if (entry.kind === 'tag') {
    return entry.tasks
      .toSorted(byCodePoints)
      .flatMap((task) => addEntry(walk, walk.index.entries.get(task)!, overrides));
  }
  if (entry.kind === 'group') return addGroup(walk, entry.name, entry.fields, overrides);
  const { tag: _tag, group: _group, task_list: _variants, ...fields } = { ...entry.fields, ...overrides };
  const name = String(fields.task);
  if (!walk.selection.tasks.some((task) => task.name === name)) {
    walk.selection.tasks.push({ ...entry, name, fields });
  }
  return [name];
}

function addGroup(walk: Walk, name: string, fields: TaskFields, overrides: TaskFields): string[] {
  if (walk.open.includes(name)) throw new EngineError('plan-invalid', `the group "${name}" holds itself`);
  const own = Object.fromEntries(Object.entries(fields).filter(([field]) => !groupFields.has(field)));
  const handed = { ...own, ...overrides };
  delete handed.tag;
  const members = Array.isArray(fields.task) ? fields.task : [fields.task];
  const inside: Walk = { ...walk, open: [...walk.open, name] };
  const tasks = members.flatMap((member) => addMember(inside, name, member, handed));
  walk.selection.groups.push({ name, tasks: [...new Set(tasks)], aggregates: toAggregates(fields) });
  return tasks;
}

/** A name; a task with settings of its own; or a group defined on the spot. */
function addMember(walk: Walk, group: string, member: unknown, overrides: TaskFields): string[] {
  const { entries } = walk.index;
  const fields = (typeof member === 'string' ? { task: member } : (member ?? {})) as TaskFields;
  const { group: inner, ...settings } = fields;
  if (typeof inner === 'string') {
    const known = entries.get(inner);
    if (known) return addEntry(walk, known, { ...overrides, ...settings });
    return addGroup(walk, `${group}::${inner}`, fields, overrides);
  }
  const { task: name, ...changes } = fields;
  if (typeof name !== 'string') throw new EngineError('plan-invalid', `a member of "${group}" names no task`);
  const known = entries.get(name);
  if (known) return addEntry(walk, known, { ...overrides, ...changes });
  if (typeof member === 'string') {
    throw new EngineError('plan-invalid', `the group "${group}" names "${name}", which is not there`);
  }
  const inline = { ...overrides, ...changes, task: `${group}::${name}` };
  return addEntry(walk, { kind: 'task', name: inline.task, path: '', tags: [], fields: inline }, {});
}

function toAggregates(fields: TaskFields): AggregateRule[] {
  const given = fields.aggregate_metric_list ?? [];
  return (Array.isArray(given) ? given : [given]).map((one) => {
    const { metric, filter_list: filters, weight_by_size: weighted } = one as TaskFields;
    return {
      metric: String(metric),
      filters: filters === undefined || filters === null ? null : [filters].flat().map(String),
      weightBySize: weighted !== false,
    };
  });
}
