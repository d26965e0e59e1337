import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EvalTask, Step } from '@assay/spec';
import { type DatasetFiles, type HubFiles, openHubDataset } from '../dataset/dataset-files.ts';
import { openFolderDataset } from '../dataset/folder-dataset.ts';
import type { RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import type { DataRecord, Sample } from '../semantics/sample.ts';
import type { LoadedTask } from '../task/load-tasks.ts';
import { parseTaskSpec } from '../task/task-spec.ts';
import type { ScorerStep, SolverStep, TaskData, TaskDefinition, TaskSample } from './define-task.ts';
import { toOwnSteps } from './own-factories.ts';

/** Whether a spec names a file of tasks in code: `./my-task.ts`, `./my-task.ts#NAME`. */
export function isCodeTask(spec: string): boolean {
  return /^(\.{0,2}\/|[A-Za-z]:\\).*\.m?[tj]s(#.*)?$/.test(spec);
}

/**
 * Imports a file of tasks and so runs it, with all rights of this process: call it only for a file that the user named.
 * @throws EngineError `plan-invalid` when it cannot be imported, or exports no task
 */
export async function loadCodeTasks(text: string, hub: HubFiles): Promise<LoadedTask[]> {
  const [file = '', wanted] = text.split('#');
  const exported = await importFile(file);
  const all = (Array.isArray(exported) ? exported : [exported]).map((one) => checkTask(one, file));
  const tasks = wanted ? all.filter((one) => one.name === wanted) : all;
  if (tasks.length === 0) {
    throw new EngineError('plan-invalid', `${file} has no task "${wanted ?? ''}"`, {
      hint: `it has: ${all.map((one) => one.name).join(', ') || 'none'}`,
    });
  }
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return Promise.all(tasks.map((task) => load(task, { file, digest }, hub)));
}

let hooked = false;

/** A task file anywhere may import `@assay/engine`: it means the engine that runs it. */
function letFilesImportUs(): void {
  if (hooked) return;
  hooked = true;
  const own = new URL('../index.ts', import.meta.url).href;
  registerHooks({
    resolve: (name, context, next) =>
      name === '@assay/engine' ? { url: own, shortCircuit: true } : next(name, context),
  });
}

async function importFile(file: string): Promise<unknown> {
  letFilesImportUs();
  try {
    return ((await import(pathToFileURL(resolve(file)).href)) as { default?: unknown }).default;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('plan-invalid', `${file} cannot be imported: ${said}`, { cause });
  }
}

function checkTask(value: unknown, file: string): TaskDefinition {
  const task = value as Partial<TaskDefinition> | null | undefined;
  const refuse = (what: string): never => {
    throw new EngineError('plan-invalid', `${file}: ${what}`, {
      hint: 'export default defineTask({ name, data, solvers, scorers })',
    });
  };
  if (typeof task !== 'object' || task === null) return refuse('the default export is no task');
  if (typeof task.name !== 'string' || !/^[\w-]+$/.test(task.name))
    return refuse('a task has no name of one word');
  const isStep = (one: unknown): boolean => typeof (one as { name?: unknown } | null)?.name === 'string';
  for (const list of ['solvers', 'scorers'] as const) {
    const steps = task[list];
    if (!Array.isArray(steps) || steps.length === 0 || !steps.every(isStep)) {
      return refuse(`${task.name}: ${list} must be a list of at least one, each with a name`);
    }
  }
  const { data } = task;
  const fits =
    Array.isArray(data) ||
    typeof data === 'function' ||
    typeof (data as { from?: unknown } | undefined)?.from === 'string';
  return fits
    ? (task as TaskDefinition)
    : refuse(`${task.name}: data must be samples, a function or { from }`);
}

interface CodeFile {
  file: string;
  digest: string;
}

async function load(task: TaskDefinition, code: CodeFile, hub: HubFiles): Promise<LoadedTask> {
  const { name, data } = task;
  const own = toOwnSteps(task);
  const rows = isRows(data) ? data : null;
  const evalTask: EvalTask = {
    id: name,
    config: rows?.config ?? 'default',
    split: rows?.split ?? 'test',
    fieldSpec: rows?.columns ?? { input: 'input', target: 'target' },
    epochs: task.epochs ?? 1,
    ...(task.epochReducer ? { epochReducer: task.epochReducer } : {}),
    ...(task.shuffleChoices ? { shuffleChoices: true } : {}),
    solvers: task.solvers.map(toStep),
    scorers: task.scorers.map(toStep),
    extra: { code },
  };
  const text = `${code.file}#${name}`;
  const loaded = {
    name,
    spec: { kind: 'folder', folder: dirname(code.file), text },
    task: evalTask,
    own,
  } as const;
  if (rows) return { ...loaded, files: await openRows(rows.from, code.file, hub) };
  const files = await openFolderDataset(dirname(resolve(code.file)));
  return {
    ...loaded,
    files: { ...files, id: text },
    records: toRecords(data as TaskSample[], basename(code.file)),
  };
}

function isRows(data: TaskData): data is Extract<TaskData, { from: string }> {
  return !Array.isArray(data) && typeof data === 'object';
}

/** A step of one's own is known by its name; what it does stands in the code. */
function toStep(one: SolverStep | ScorerStep): Step {
  return { name: one.name, args: 'args' in one ? one.args : {} };
}

function openRows(from: string, file: string, hub: HubFiles): Promise<DatasetFiles> {
  if (!from.startsWith('hf/')) return openFolderDataset(resolve(dirname(file), from));
  const spec = parseTaskSpec(from);
  if (spec.kind !== 'hub') throw new EngineError('plan-invalid', `"${from}" names no dataset of a hub`);
  return openHubDataset(hub, spec.dataset, spec.revision);
}

/** Samples pass through as they are; the file stands for them, as its digest decides whether they are the same. */
function toRecords(
  data: TaskSample[] | (() => Iterable<TaskSample> | AsyncIterable<TaskSample>),
  file: string,
): RecordSource {
  const source = typeof data === 'function' ? data : () => data;
  return {
    paths: [file],
    async *records() {
      for await (const sample of source()) yield sample as unknown as DataRecord;
    },
    async count(limit = Number.POSITIVE_INFINITY) {
      if (Array.isArray(data)) return Math.min(data.length, limit);
      let count = 0;
      for await (const _sample of source()) if (++count >= limit) break;
      return count;
    },
    toSample: (record, position) => ({ ...(record as unknown as Omit<Sample, 'id'>), id: position }),
  };
}
