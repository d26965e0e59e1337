import { quoted } from './errors.ts';
import { readSteps, type Step } from './eval-steps.ts';
import { type FieldSpec, readFieldSpec } from './field-spec.ts';
import type { IssueList } from './issue-list.ts';
import { readEpochs, readLaxBoolean } from './lax-values.ts';
import { asMap, checkKeys, readName, readText, requireField } from './yaml-fields.ts';
import { toJson, type YamlMap, type YamlNode } from './yaml-tree.ts';

export type { FieldSpec, Step };

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
    if (!field || !allowScores) continue;
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
