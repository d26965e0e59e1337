import { didYouMean } from './closest-name.ts';
import { type Parsed, quoted, toParsed } from './errors.ts';
import { type EvalTask, readForeignTask, readInspectTask } from './eval-task.ts';
import { EVALUATION_FRAMEWORKS, INSPECT_FRAMEWORK } from './evaluation-frameworks.ts';
import type { IssueList } from './issue-list.ts';
import { asList, asMap, checkKeys, readText, requireField } from './yaml-fields.ts';
import { readYamlText } from './yaml-text.ts';
import type { YamlMap, YamlNode } from './yaml-tree.ts';

/** A benchmark's registration: the file `eval.yaml` at the root of its dataset repo. */
export interface EvalYaml {
  name?: string;
  description?: string;
  evaluationFramework?: string;
  tasks: EvalTask[];
}

export interface EvalYamlOptions {
  /**
   * `register` (the default): the rules of a hub, where `name`, `description` and `evaluation_framework` are required.
   * `run`: the rules of Inspect AI, which reads `tasks` alone and takes every file for its own.
   */
  purpose?: 'register' | 'run';
}

const TOP_KEYS = ['name', 'description', 'evaluation_framework', 'tasks'];

/**
 * Parses `eval.yaml` to typed values or to all issues at once. The text must already be decoded from UTF-8.
 * Unknown top-level keys are warnings, unknown keys of an Inspect task errors.
 */
export function parseEvalYaml(text: string, options: EvalYamlOptions = {}): Parsed<EvalYaml> {
  const registering = options.purpose !== 'run';
  const { root, issues } = readYamlText(text);
  if (root === null && !issues.hasErrors)
    issues.error({ path: '', line: 1, column: 1 }, 'empty-document', 'the file is empty');
  const map =
    root === null ? undefined : asMap(root, issues, 'the file begins with `name:`, `tasks:` and so on');
  if (!map) return toParsed<EvalYaml>(undefined, issues.all());
  checkKeys(map, TOP_KEYS, issues, 'warning', 'the document');
  const value: EvalYaml = { tasks: [] };
  for (const key of ['name', 'description'] as const) {
    const node = registering ? requireField(map, key, issues) : map.fields.get(key)?.value;
    const found = registering ? readText(node, issues, { filled: true }) : textOrNothing(node);
    if (found !== undefined) value[key] = found;
  }
  const framework = readFramework(map, issues, registering);
  if (framework !== undefined) value.evaluationFramework = framework;
  value.tasks = readTasks(map, issues, registering, framework);
  return toParsed(value, issues.all());
}

function textOrNothing(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function readFramework(map: YamlMap, issues: IssueList, registering: boolean): string | undefined {
  if (!registering) return textOrNothing(map.fields.get('evaluation_framework')?.value);
  const node = requireField(
    map,
    'evaluation_framework',
    issues,
    'for tasks with solvers and scorers write `inspect-ai`',
  );
  const framework = readText(node, issues, { filled: true, maxLength: 100 });
  if (node && framework !== undefined && !EVALUATION_FRAMEWORKS.includes(framework)) {
    const hint = didYouMean(framework, EVALUATION_FRAMEWORKS);
    issues.warn(node, 'unknown-framework', `${quoted(framework)} is not a known evaluation framework`, hint);
  }
  return framework;
}

function readTasks(
  map: YamlMap,
  issues: IssueList,
  registering: boolean,
  framework: string | undefined,
): EvalTask[] {
  const list = asList(
    requireField(map, 'tasks', issues, 'a benchmark has at least one task'),
    issues,
    'write a list: "- id: …"',
  );
  if (!list) return [];
  if (list.items.length === 0) issues.error(list, 'empty-list', '`tasks` must hold at least one task');
  // Without a framework (reported above) the tasks are checked as Inspect's, the ones that can be checked.
  const inspect = !registering || framework === undefined || framework === INSPECT_FRAMEWORK;
  const seen = new Map<string, number>();
  const tasks: EvalTask[] = [];
  for (const item of list.items) {
    const node = asMap(item, issues, 'a task is a mapping: "- id: …"');
    if (!node) continue;
    const task = inspect
      ? readInspectTask(node, issues, { allowScores: registering })
      : readForeignTask(node, issues);
    checkId(node, task, seen, issues, { several: list.items.length > 1, inspect });
    tasks.push(task);
  }
  return tasks;
}

function checkId(
  node: YamlMap,
  task: EvalTask,
  seen: Map<string, number>,
  issues: IssueList,
  { several, inspect }: { several: boolean; inspect: boolean },
): void {
  const at = node.fields.get('id')?.value ?? node;
  if (task.id === undefined) {
    const given = at !== node && !(at.kind === 'scalar' && at.value === null);
    if (given) return; // already reported as an id of the wrong form
    const text = `${node.path} has no \`id\``;
    if (several || !inspect)
      issues.error(node, 'missing-key', text, 'give it an id; results name it as `task_id`');
    else
      issues.warn(node, 'missing-id', `${text}: it can be run, but no result can name it`, 'add `id: "…"`');
    return;
  }
  const first = seen.get(task.id);
  if (first !== undefined)
    issues.error(at, 'duplicate-id', `a task with the id ${quoted(task.id)} stands in line ${first}`);
  else seen.set(task.id, at.line);
  if (inspect && task.id.includes('/')) {
    issues.warn(at, 'unaddressable-id', `hf/ORG/NAME/TASK cannot name ${quoted(task.id)}: it holds "/"`);
  }
}
