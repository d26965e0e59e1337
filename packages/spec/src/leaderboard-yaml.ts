import { type Parsed, quoted, toParsed } from './errors.ts';
import type { IssueList } from './issue-list.ts';
import { parseNotes } from './notes.ts';
import { isIsoDate } from './result-entry.ts';
import { isCommitPrefix } from './revision-names.ts';
import { formatNotes } from './setup.ts';
import {
  asList,
  asMap,
  checkKeys,
  type NumberRules,
  readBoolean,
  readName,
  readNumber,
  readText,
  requireField,
} from './yaml-fields.ts';
import { readYamlText } from './yaml-text.ts';
import type { YamlMap, YamlNode } from './yaml-tree.ts';

export type LeaderboardUnit = 'fraction' | 'percent' | 'points';
const UNITS: readonly LeaderboardUnit[] = ['fraction', 'percent', 'points'];

/** What a benchmark says about its boards beyond `eval.yaml`: the optional file `leaderboard.yaml` beside it. */
export interface LeaderboardYaml {
  tasks: LeaderboardTask[];
}

export interface LeaderboardTask {
  /** The task's id in eval.yaml. */
  id: string;
  metric?: string;
  unit?: LeaderboardUnit;
  lowerIsBetter: boolean;
  /** Least and greatest value that a result can have. */
  bounds?: [number, number];
  /** How many items the task has. */
  items?: number;
  /** Canonical notes of the setups that the board ranks; absent: all. */
  setups?: string[];
  /** An open model that can stand in for a closed judge, and how often the two agree (0 to 1). */
  judgeTwin?: { model: string; agreement?: number };
  errata?: Erratum[];
  /**
   * Commits from which on results cannot be compared with earlier ones, oldest first. Each begins an edition, which lasts
   * until the next one; results of different editions are never ranked together. Absent: all commits are comparable.
   */
  revisions?: EditionStart[];
  /** How the board is called and explained on pages. */
  display?: { name?: string; description?: string };
}

/** The commit with which an edition of a task begins. */
export interface EditionStart {
  /** Id of the commit, or 7 or more digits of it. */
  since: string;
  /** What was changed: shown where editions are chosen. */
  reason: string;
  /** What people call the edition; absent: the commit's first digits. */
  name?: string;
}

/** A known fault of the benchmark. */
export interface Erratum {
  date: string;
  text: string;
  /** The commit that mended it. */
  revision?: string;
}

const TASK_KEYS = [
  'id',
  'metric',
  'unit',
  'lower_is_better',
  'bounds',
  'items',
  'setups',
  'judge_twin',
  'errata',
  'revisions',
  'display',
];

/** Parses `leaderboard.yaml`. Unknown keys are warnings. */
export function parseLeaderboardYaml(text: string): Parsed<LeaderboardYaml> {
  const { root, issues } = readYamlText(text);
  if (root === null && !issues.hasErrors)
    issues.error({ path: '', line: 1, column: 1 }, 'empty-document', 'the file is empty');
  const map = root === null ? undefined : asMap(root, issues, 'the file begins with `tasks:`');
  if (!map) return toParsed<LeaderboardYaml>(undefined, issues.all());
  checkKeys(map, ['tasks'], issues, 'warning', 'the document');
  const list = asList(requireField(map, 'tasks', issues), issues, 'write a list: "- id: …"');
  const seen = new Map<string, number>();
  const tasks = (list?.items ?? []).flatMap((item) => {
    const node = asMap(item, issues, 'a task is a mapping: "- id: …"');
    const task = node && readTask(node, issues);
    if (!node || !task) return [];
    const first = seen.get(task.id);
    if (first !== undefined)
      issues.error(node, 'duplicate-id', `${quoted(task.id)} is described in line ${first} already`);
    seen.set(task.id, node.line);
    return [task];
  });
  return toParsed({ tasks }, issues.all());
}

function readTask(map: YamlMap, issues: IssueList): LeaderboardTask | undefined {
  checkKeys(map, TASK_KEYS, issues, 'warning', `${map.path}`);
  const field = (key: string) => map.fields.get(key)?.value;
  const id = readName(requireField(map, 'id', issues), issues, { filled: true, maxLength: 200 });
  const unit = readUnit(field('unit'), issues);
  const task: LeaderboardTask = {
    id: id ?? '',
    lowerIsBetter: readBoolean(field('lower_is_better'), issues) ?? false,
  };
  const bounds = readBounds(field('bounds'), unit, issues);
  const optional = {
    metric: readText(field('metric'), issues, { nullable: true, filled: true, maxLength: 100 }),
    unit,
    bounds,
    items: readNumber(field('items'), issues, { whole: true, min: 1 }),
    setups: readSetups(field('setups'), issues),
    judgeTwin: readTwin(asMap(field('judge_twin'), issues), issues),
    errata: readErrata(field('errata'), issues),
    revisions: readRevisions(field('revisions'), issues),
    display: readDisplay(asMap(field('display'), issues), issues),
  };
  for (const [key, value] of Object.entries(optional))
    if (value !== undefined) Object.assign(task, { [key]: value });
  return id === undefined ? undefined : task;
}

function readUnit(node: YamlNode | undefined, issues: IssueList): LeaderboardUnit | undefined {
  const text = readText(node, issues, { nullable: true });
  const unit = UNITS.find((known) => known === text);
  if (node && text !== undefined && !unit) {
    issues.error(node, 'unknown-unit', `no unit is called ${quoted(text)}`, `one of ${UNITS.join(', ')}`);
  }
  return unit;
}

function readBounds(
  node: YamlNode | undefined,
  unit: LeaderboardUnit | undefined,
  issues: IssueList,
): [number, number] | undefined {
  const list = asList(node, issues, 'write [least, greatest]');
  if (!list) return undefined;
  const [least, greatest] = list.items.map((item) => readNumber(item, issues));
  if (list.items.length !== 2 || least === undefined || greatest === undefined || least >= greatest) {
    issues.error(
      list,
      'invalid-bounds',
      '`bounds` must be two numbers, the lesser first',
      'for example [0, 100]',
    );
    return undefined;
  }
  const whole = unit === 'fraction' ? 1 : unit === 'percent' ? 100 : Infinity;
  if (greatest > whole) issues.warn(list, 'bounds-beyond-unit', `a ${unit} does not go beyond ${whole}`);
  return [least, greatest];
}

function readSetups(node: YamlNode | undefined, issues: IssueList): string[] | undefined {
  return asList(node, issues, 'write a list of notes')?.items.flatMap((item) => {
    const text = readText(item, issues);
    if (text === undefined) return [];
    const { setup } = parseNotes(text);
    const canonical = formatNotes(setup);
    if (canonical !== text)
      issues.warn(item, 'not-canonical', `${quoted(text)} is read as ${quoted(canonical)}`);
    return [canonical];
  });
}

function readTwin(map: YamlMap | undefined, issues: IssueList): LeaderboardTask['judgeTwin'] {
  if (!map) return undefined;
  checkKeys(map, ['model', 'agreement'], issues, 'warning', `${map.path}`);
  const model = readText(requireField(map, 'model', issues), issues, { filled: true, maxLength: 200 });
  const rules: NumberRules = { min: 0, max: 1 };
  const agreement = readNumber(map.fields.get('agreement')?.value, issues, rules);
  return model === undefined ? undefined : { model, ...(agreement !== undefined && { agreement }) };
}

function readErrata(node: YamlNode | undefined, issues: IssueList): Erratum[] | undefined {
  return asList(node, issues)?.items.flatMap((item) => {
    const map = asMap(item, issues, 'an erratum is a mapping of `date` and `text`');
    if (!map) return [];
    checkKeys(map, ['date', 'text', 'revision'], issues, 'warning', `${map.path}`);
    const dateNode = requireField(map, 'date', issues);
    const date = readText(dateNode, issues);
    const text = readText(requireField(map, 'text', issues), issues, { filled: true });
    const revision = readName(map.fields.get('revision')?.value, issues, { nullable: true });
    if (dateNode && date !== undefined && !isIsoDate(date))
      issues.error(dateNode, 'invalid-date', `${quoted(date)} is not an ISO 8601 date`);
    if (revision !== undefined && !isCommitPrefix(revision)) {
      issues.error(
        map.fields.get('revision')!.value,
        'revision-not-commit',
        `${quoted(revision)} is not a commit id`,
      );
    }
    return date === undefined || text === undefined
      ? []
      : [{ date, text, ...(revision !== undefined && { revision }) }];
  });
}

/** Names that a board's address uses for what is no named edition. */
const takenNames = new Set(['first', 'unknown', 'all']);

function readRevisions(node: YamlNode | undefined, issues: IssueList): EditionStart[] | undefined {
  const seen = new Set<string>();
  return asList(node, issues, 'write a list: "- since: COMMIT"')?.items.flatMap((item) => {
    const map = asMap(item, issues, 'an edition is a mapping of `since` and `reason`');
    if (!map) return [];
    checkKeys(map, ['since', 'reason', 'name'], issues, 'warning', `${map.path}`);
    const sinceNode = requireField(map, 'since', issues, 'the commit from which on results are incomparable');
    const since = readName(sinceNode, issues, { filled: true });
    const reason = readText(requireField(map, 'reason', issues), issues, { filled: true, maxLength: 2_000 });
    const name = readName(map.fields.get('name')?.value, issues, { nullable: true, maxLength: 100 });
    if (sinceNode && since !== undefined && !isCommitPrefix(since))
      issues.error(
        sinceNode,
        'revision-not-commit',
        `${quoted(since)} is not a commit id`,
        'branches and tags move',
      );
    for (const word of new Set([since, name].filter((one) => one !== undefined))) {
      if (seen.has(word)) issues.error(map, 'duplicate-id', `${quoted(word)} names two editions`);
      if (takenNames.has(word))
        issues.error(map, 'reserved-name', `no edition can be called ${quoted(word)}`, 'choose another name');
      seen.add(word);
    }
    if (since === undefined || reason === undefined) return [];
    return [{ since, reason, ...(name !== undefined && { name }) }];
  });
}

function readDisplay(map: YamlMap | undefined, issues: IssueList): LeaderboardTask['display'] {
  if (!map) return undefined;
  checkKeys(map, ['name', 'description'], issues, 'warning', `${map.path}`);
  const name = readText(map.fields.get('name')?.value, issues, {
    nullable: true,
    filled: true,
    maxLength: 100,
  });
  const description = readText(map.fields.get('description')?.value, issues, {
    nullable: true,
    filled: true,
    maxLength: 2_000,
  });
  return { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
}
