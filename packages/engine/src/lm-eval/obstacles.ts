import { EngineError } from '../engine-error.ts';
import { SemanticsError } from '../semantics/error.ts';
import { filterNames } from './filters.ts';
import { compileTemplate } from './jinja/template.ts';
import { metricProblem } from './metrics.ts';
import { PythonFunction } from './pyyaml.ts';
import { type LmEvalTask, toLmEvalTask } from './task-config.ts';
import type { TaskFields } from './task-file.ts';
import type { IndexEntry } from './task-index.ts';

/** Why a task cannot be loaded (`code`, `broken`), or can be loaded but not run here. */
interface Obstacle {
  kind:
    | 'python-code'
    | 'python-class'
    | 'broken'
    | 'dataset'
    | 'output-type'
    | 'metric'
    | 'filter'
    | 'prompt-library';
  /** A clause that follows "cannot run, because". */
  because: string;
}

/** What became of an entry of the index. */
export interface LoadedEntry {
  /** Null when the entry does not load at all. */
  task: LmEvalTask | null;
  /** Empty when the task can be run. */
  obstacles: Obstacle[];
}

/** Loads a task, or says why not; never throws for what stands in its file. */
export function loadEntry(entry: IndexEntry & { kind: 'task' | 'python' }): LoadedEntry {
  const { fields } = entry;
  const code = findCode(fields);
  if (code.length > 0) return { task: null, obstacles: code };
  try {
    const task = toLmEvalTask(fields);
    for (const template of templatesOf(task)) compileTemplate(template);
    return { task, obstacles: findObstacles(task, fields) };
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof SemanticsError)) throw error;
    return { task: null, obstacles: [{ kind: 'broken', because: error.message }] };
  }
}

function findCode(fields: TaskFields): Obstacle[] {
  if (fields.class !== undefined) {
    return [{ kind: 'python-class', because: `it is the Python class ${nameOf(fields.class)}` }];
  }
  const found: string[] = [];
  for (const [field, value] of Object.entries(fields)) {
    const names = functionsIn(value);
    if (names.length > 0) found.push(`${field} (${[...new Set(names)].join(', ')})`);
  }
  if (found.length === 0) return [];
  return [{ kind: 'python-code', because: `it needs Python code for ${found.join(', ')}` }];
}

function nameOf(value: unknown): string {
  return value instanceof PythonFunction ? value.name : String(value);
}

function functionsIn(value: unknown): string[] {
  if (value instanceof PythonFunction) return [value.name];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(functionsIn);
}

/** Every template of a task; a column's name is a template without any sign of one. */
function templatesOf(task: LmEvalTask): string[] {
  const { fewshot } = task;
  const rules = [task.docToText, task.docToTarget, task.docToChoice, task.genPrefix, task.description];
  const examples = [fewshot.docToText, fewshot.docToTarget, fewshot.docToChoice, fewshot.genPrefix];
  return [...rules, ...examples].filter((rule) => typeof rule === 'string');
}

function findObstacles(task: LmEvalTask, fields: TaskFields): Obstacle[] {
  const obstacles: Obstacle[] = [];
  const add = (kind: Obstacle['kind'], because: string): void => void obstacles.push({ kind, because });
  if (!task.datasetPath.includes('/')) {
    add('dataset', `its dataset "${task.datasetPath}" is no repo of a hub`);
  }
  if (fields.use_prompt !== undefined && fields.use_prompt !== null) {
    add('prompt-library', 'its prompt stands in a library of prompts (use_prompt)');
  }
  for (const media of ['doc_to_image', 'doc_to_audio']) {
    if (fields[media] !== undefined && fields[media] !== null)
      add('output-type', `it shows media (${media})`);
  }
  if (task.outputType === 'loglikelihood_rolling') {
    add(
      'output-type',
      'loglikelihood_rolling cuts texts by the tokens of the model, which no endpoint gives',
    );
  }
  if (!['default', 'first_n'].includes(task.fewshot.sampler)) {
    add('filter', `there is no few-shot sampler "${task.fewshot.sampler}"`);
  }
  const unknown = task.filters.flatMap((one) => one.steps).find((step) => !filterNames.has(step.function));
  if (unknown) add('filter', `there is no filter "${unknown.function}" here`);
  const problems = task.metrics
    .map((metric) => metricProblem(metric, task.outputType))
    .filter((one) => one !== null);
  if (problems.length > 0 && problems.length === task.metrics.length) add('metric', problems.join(' and '));
  return obstacles;
}
