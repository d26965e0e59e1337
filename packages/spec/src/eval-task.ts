import { quoted } from './errors.ts';
import { readSteps, type Step } from './eval-steps.ts';
import type { IssueList } from './issue-list.ts';
import {
  asList,
  asMap,
  checkKeys,
  describeNode,
  isNull,
  readName,
  readText,
  requireField,
} from './yaml-fields.ts';
import { toJson, type YamlMap, type YamlNode } from './yaml-tree.ts';

/** Which columns of the dataset make a sample. `target` may be `literal:TEXT`. */
export interface FieldSpec {
  input: string;
  target: string;
  /** One column that holds a list, or several columns. */
  choices?: string | string[];
  inputImage?: string;
  metadata?: string[];
  description?: string;
  /** Parsed by Inspect and not used: its samples are numbered in dataset order. */
  id?: string;
}

export interface EvalTask {
  id?: string;
  config: string;
  split: string;
  fieldSpec?: FieldSpec;
  shuffleChoices?: boolean;
  /** How often each sample is run, at least 1. */
  epochs: number;
  epochReducer?: string;
  solvers: Step[];
  scorers: Step[];
  /** Keys of other frameworks' tasks, as they stand. */
  extra?: Record<string, unknown>;
}

const INSPECT_KEYS = [
  'id',
  'config',
  'split',
  'field_spec',
  'shuffle_choices',
  'epochs',
  'epoch_reducer',
  'solvers',
  'scorers',
];
// `description` and `checkpoint` since inspect_ai 0.3.278 and 0.3.283; the last four are accepted there and not used.
const TEXT_COLUMNS = ['input', 'target'];
const NULLABLE_COLUMNS = ['input_image', 'description', 'checkpoint'];
const UNUSED_COLUMNS = ['id', 'sandbox', 'files', 'setup'];
const FIELD_SPEC_KEYS = [
  ...TEXT_COLUMNS,
  'choices',
  'input_image',
  'metadata',
  'description',
  ...UNUSED_COLUMNS,
  'checkpoint',
];
const EPOCH_REDUCER = /^(pass_at_\d+|at_least_\d+|max|mode|median|mean)$/;

/**
 * Contradictions between the documentation and the code that reads these files, and what is done here:
 * - `scorers` is right; the documentation's prose says `scores`, Inspect's table `scorer`. A hub reads both with a
 *   warning (`allowScores`); a run refuses them, as Inspect does.
 * - `config` left out is the literal "default", as the code has it, not the dataset's default config.
 * - `id` is required by the documentation, and by the code only with several tasks. One task without id is a warning:
 *   it can be run, but no result can name it.
 */
export function readInspectTask(
  map: YamlMap,
  issues: IssueList,
  options: { allowScores: boolean },
): EvalTask {
  const scorersKey = scorersKeyOf(map, issues, options.allowScores);
  checkKeys(
    map,
    INSPECT_KEYS.map((key) => (key === 'scorers' ? scorersKey : key)),
    issues,
    'error',
    `${map.path}`,
  );
  const fieldSpec = asMap(
    requireField(map, 'field_spec', issues, 'name the columns: `field_spec: {input: …, target: …}`'),
    issues,
  );
  const task: EvalTask = {
    ...readCommonFields(map, issues),
    epochs: readEpochs(map.fields.get('epochs')?.value, issues),
    solvers: readSteps(requireField(map, 'solvers', issues), 'solver', issues),
    scorers: readSteps(requireField(map, scorersKey, issues), 'scorer', issues),
  };
  if (fieldSpec) task.fieldSpec = readFieldSpec(fieldSpec, issues);
  const shuffle = readLaxBoolean(map.fields.get('shuffle_choices')?.value, issues);
  if (shuffle !== undefined) task.shuffleChoices = shuffle;
  const reducer = readReducer(map.fields.get('epoch_reducer')?.value, task.epochs, issues);
  if (reducer !== undefined) task.epochReducer = reducer;
  warnAboutPlan(map, task, issues);
  return task;
}

/** A task of another framework: `id` is needed, everything else is theirs. */
export function readForeignTask(map: YamlMap, issues: IssueList): EvalTask {
  const { id, config, split } = readCommonFields(map, issues, { nullable: true });
  const extra = Object.entries(
    Object.fromEntries([...map.fields].map(([key, field]) => [key, toJson(field.value)])),
  );
  const rest = extra.filter(([key]) => !['id', 'config', 'split'].includes(key));
  return {
    id,
    config,
    split,
    epochs: 1,
    solvers: [],
    scorers: [],
    ...(rest.length > 0 && { extra: Object.fromEntries(rest) }),
  };
}

function readCommonFields(
  map: YamlMap,
  issues: IssueList,
  rules = { nullable: false },
): Pick<EvalTask, 'id' | 'config' | 'split'> {
  const read = (key: string, nullable: boolean) =>
    readName(map.fields.get(key)?.value, issues, { nullable, filled: true, maxLength: 200 });
  return {
    id: read('id', true),
    config: read('config', rules.nullable) ?? 'default',
    split: read('split', rules.nullable) ?? 'test',
  };
}

function scorersKeyOf(map: YamlMap, issues: IssueList, allowScores: boolean): string {
  if (map.fields.has('scorers')) return 'scorers';
  for (const key of ['scores', 'scorer']) {
    const field = map.fields.get(key);
    if (!field) continue;
    if (!allowScores) continue;
    issues.warn(
      field.key,
      'misnamed-key',
      `\`${key}\` is read as \`scorers\`; Inspect AI refuses it`,
      'rename it to `scorers`',
    );
    return key;
  }
  return 'scorers';
}

function readFieldSpec(map: YamlMap, issues: IssueList): FieldSpec {
  checkKeys(map, FIELD_SPEC_KEYS, issues, 'error', `${map.path}`);
  const column = (key: string, nullable = false) =>
    readText(map.fields.get(key)?.value, issues, { nullable });
  const spec: FieldSpec = { input: column('input') ?? 'input', target: column('target') ?? 'target' };
  const image = column('input_image', true);
  if (image !== undefined) spec.inputImage = image;
  const description = column('description', true);
  if (description !== undefined) spec.description = description;
  const id = column('id');
  if (id !== undefined) spec.id = id;
  for (const key of ['sandbox', 'files', 'setup']) column(key);
  for (const key of NULLABLE_COLUMNS) if (key === 'checkpoint') column(key, true);
  const choices = map.fields.get('choices')?.value;
  if (choices && !isNull(choices)) {
    spec.choices = choices.kind === 'list' ? readColumns(choices, issues) : (readText(choices, issues) ?? '');
  }
  const metadata = map.fields.get('metadata')?.value;
  if (metadata && !isNull(metadata)) spec.metadata = readColumns(metadata, issues);
  return spec;
}

function readColumns(node: YamlNode, issues: IssueList): string[] {
  const list = asList(node, issues, 'write a list of column names: [a, b]');
  return (list?.items ?? []).flatMap((item) => readText(item, issues) ?? []);
}

/** At least 1; `"3"` and `2.0` count as 3 and 2, as pydantic's lax conversion has it, `2.5` does not. */
function readEpochs(node: YamlNode | undefined, issues: IssueList): number {
  if (node === undefined) return 1;
  const epochs = node.kind === 'scalar' ? laxInteger(node.value) : null;
  if (epochs !== null && epochs >= 1) return epochs;
  issues.error(
    node,
    'invalid-epochs',
    `\`epochs\` must be a whole number of at least 1 but is ${describeNode(node)}`,
  );
  return 1;
}

function laxInteger(value: string | number | boolean | null): number | null {
  const text = typeof value === 'string' && /^\s*[-+]?\d+(\.0*)?\s*$/.test(value);
  const number = value === true ? 1 : text || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}

function readLaxBoolean(node: YamlNode | undefined, issues: IssueList): boolean | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const word = node.kind === 'scalar' ? String(node.value).trim().toLowerCase() : '';
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return true;
  if (['false', 'f', 'no', 'n', 'off', '0'].includes(word)) return false;
  issues.error(node, 'not-a-boolean', `\`${node.path}\` must be true or false but is ${describeNode(node)}`);
  return undefined;
}

function readReducer(node: YamlNode | undefined, epochs: number, issues: IssueList): string | undefined {
  const reducer = readText(node, issues, { nullable: true });
  if (reducer === undefined || node === undefined) return undefined;
  if (!EPOCH_REDUCER.test(reducer)) {
    const hint = 'one of mean, mode, median, max, pass_at_K, at_least_K';
    issues.error(node, 'invalid-epoch-reducer', `no epoch reducer is called ${quoted(reducer)}`, hint);
    return undefined;
  }
  const k = Number(/\d+$/.exec(reducer)?.[0] ?? 0);
  if (k > epochs)
    issues.warn(node, 'too-few-epochs', `\`${reducer}\` needs at least ${k} epochs, the task has ${epochs}`);
  return reducer;
}

/** What can be read but will not work, or not as meant. */
function warnAboutPlan(map: YamlMap, task: EvalTask, issues: IssueList): void {
  const solvers = task.solvers.map((step) => step.name);
  const scorers = task.scorers.map((step) => step.name);
  const multipleChoice = solvers.includes('multiple_choice');
  if (
    solvers.length > 0 &&
    !multipleChoice &&
    !solvers.includes('generate') &&
    !solvers.includes('self_critique')
  ) {
    issues.warn(map, 'no-generation', 'no solver asks the model for an answer', 'add `- name: generate`');
  }
  if (multipleChoice && task.fieldSpec && task.fieldSpec.choices === undefined) {
    issues.warn(
      map,
      'no-choices',
      '`multiple_choice` needs samples with choices',
      'name the column in `field_spec.choices`',
    );
  }
  if (scorers.includes('choice') && solvers.length > 0 && !multipleChoice) {
    issues.warn(map, 'no-choices', 'the scorer `choice` only counts after the solver `multiple_choice`');
  }
}
