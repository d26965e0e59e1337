import { type EvalTask, formatIssue, parseEvalYaml } from '@assay/spec';
import { type DatasetFiles, type HubFiles, openHubDataset, readText } from '../dataset/dataset-files.ts';
import { openFolderDataset } from '../dataset/folder-dataset.ts';
import type { RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import type { OwnSteps } from './own-steps.ts';
import { parseTaskSpec, type TaskSpec } from './task-spec.ts';

/** A task of an eval.yaml, and the dataset it stands in. */
export interface LoadedTask {
  /** As the log names it. */
  name: string;
  spec: TaskSpec;
  task: EvalTask;
  files: DatasetFiles;
  /** Of a task in code that brings its samples along. */
  records?: RecordSource;
  own?: OwnSteps;
}

/**
 * Reads the eval.yaml of a dataset, at the commit its revision names now, and picks the tasks asked for.
 * @throws EngineError `plan-invalid` with every issue of the file; `dataset-missing`
 */
export async function loadTasks(text: string, hub: HubFiles): Promise<LoadedTask[]> {
  const spec = parseTaskSpec(text);
  const files = await openTaskFiles(spec, hub);
  if (!(await files.list()).some((file) => file.path === 'eval.yaml')) {
    throw new EngineError('plan-invalid', `${files.id} has no eval.yaml, so it is no benchmark`);
  }
  const parsed = parseEvalYaml(await readText(files, 'eval.yaml'), { purpose: 'run' });
  if (!parsed.ok) {
    const issues = parsed.issues.map((issue) => formatIssue('eval.yaml', issue)).join('\n');
    throw new EngineError('plan-invalid', `the eval.yaml of ${files.id} is not valid:\n${issues}`);
  }
  const { tasks } = parsed.value;
  const chosen = spec.taskId === undefined ? tasks : tasks.filter((task) => task.id === spec.taskId);
  if (chosen.length === 0) {
    throw new EngineError('plan-invalid', `${files.id} has no task "${spec.taskId ?? ''}"`, {
      hint: `it has: ${tasks.map((task) => task.id ?? '(one without id)').join(', ')}`,
    });
  }
  return chosen.map((task) => ({ name: toTaskName(spec, task, tasks.length), spec, task, files }));
}

function openTaskFiles(spec: TaskSpec, hub: HubFiles): Promise<DatasetFiles> {
  return spec.kind === 'folder'
    ? openFolderDataset(spec.folder)
    : openHubDataset(hub, spec.dataset, spec.revision);
}

/** The spec as typed; with several tasks in the file, the task's id is added unless it was typed. */
function toTaskName(spec: TaskSpec, task: EvalTask, count: number): string {
  if (count <= 1 || spec.taskId !== undefined || !task.id) return spec.text;
  return `${spec.text}/${task.id}`;
}
