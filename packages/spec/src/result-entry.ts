import { quoted } from './errors.ts';
import { parseRepoName } from './ids.ts';
import type { IssueList } from './issue-list.ts';
import { isCommitPrefix } from './revision-names.ts';
import { asMap, checkKeys, describeNode, isNull, readName, readText, requireField } from './yaml-fields.ts';
import { toJsonObject, type YamlMap, type YamlNode, type YamlScalar } from './yaml-tree.ts';

/** One score of a model on one task of a benchmark, as a file in `.eval_results/` claims it. */
export interface ResultEntry {
  dataset: { id: string; taskId: string; revision?: string };
  /** In the benchmark's own scale; nothing is rescaled. */
  value: number;
  /** The value as the file writes it: `20.90` stays `20.90`. */
  valueText: string;
  verifyToken?: string;
  /** ISO 8601 date or date-time, as written. Absent: the commit's time counts. */
  date?: string;
  source?: { url: string; name?: string; user?: string; org?: string };
  notes?: string;
  /** 1-based place of the entry in its file. */
  line: number;
  column: number;
  /** The whole entry as plain JSON, unknown keys included. */
  json: Record<string, unknown>;
}

const ENTRY_KEYS = ['dataset', 'value', 'verifyToken', 'date', 'source', 'notes'];
const DATASET_KEYS = ['id', 'task_id', 'revision'];
const SOURCE_KEYS = ['url', 'name', 'user', 'org'];
const MAX_TOKEN = 16_384;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?(Z|z|[-+]\d{2}(:?\d{2})?)?)?$/;

/** Reads one entry; undefined after an error. Unknown keys are kept in `json` and warned about. */
export function readEntry(node: YamlNode, issues: IssueList): ResultEntry | undefined {
  const map = asMap(node, issues, 'an entry is a mapping: "- dataset: …"');
  if (!map) return undefined;
  checkKeys(map, [...ENTRY_KEYS, 'verify_token'], issues, 'warning', 'an entry');
  const dataset = readDataset(map, issues);
  const value = readValue(requireField(map, 'value', issues), issues);
  const verifyToken = readToken(map, issues);
  const date = readDate(map.fields.get('date')?.value, issues);
  const source = readSource(map.fields.get('source')?.value, issues);
  const notes = readText(map.fields.get('notes')?.value, issues, { nullable: true });
  if (!dataset || !value) return undefined;
  return {
    dataset,
    value: value.value as number,
    valueText: value.source,
    ...(verifyToken !== undefined && { verifyToken }),
    ...(date !== undefined && { date }),
    ...(source !== undefined && { source }),
    ...(notes !== undefined && { notes }),
    line: map.line,
    column: map.column,
    json: toJsonObject(map),
  };
}

function readDataset(map: YamlMap, issues: IssueList): ResultEntry['dataset'] | undefined {
  const form = 'write `dataset: {id: org/name, task_id: task}`';
  const dataset = asMap(requireField(map, 'dataset', issues, form), issues, form);
  if (!dataset) return undefined;
  checkKeys(dataset, DATASET_KEYS, issues, 'warning', '`dataset`');
  const idNode = requireField(dataset, 'id', issues, 'the benchmark, as `org/name`');
  const id = readText(idNode, issues, { filled: true });
  if (id !== undefined) {
    const name = parseRepoName(id);
    if (!name.ok)
      for (const issue of name.issues) issues.error(idNode!, 'invalid-dataset-id', issue.message, issue.hint);
  }
  // Some scripts leave task_id out when it is "default"; the Hub's own client cannot read such an entry.
  const taskNode = requireField(dataset, 'task_id', issues, "the task's `id` in the benchmark's eval.yaml");
  const taskId = readName(taskNode, issues, { filled: true, maxLength: 200 });
  const revisionNode = dataset.fields.get('revision')?.value;
  const revision = readName(revisionNode, issues, { nullable: true, filled: true, maxLength: 200 });
  if (revision !== undefined && !isCommitPrefix(revision)) {
    issues.warn(
      revisionNode!,
      'revision-not-commit',
      `${quoted(revision)} is not a commit id and may point elsewhere tomorrow`,
    );
  }
  if (id === undefined || taskId === undefined) return undefined;
  return { id, taskId, ...(revision !== undefined && { revision }) };
}

function readValue(node: YamlNode | undefined, issues: IssueList): YamlScalar | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value)) return node;
  const number = node.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : '';
  const hint =
    number !== '' && Number.isFinite(Number(number))
      ? `write it without quotes: ${number}`
      : 'write a number such as 20.90';
  issues.error(
    node,
    'value-not-number',
    `\`${node.path}\` must be a finite number but is ${describeNode(node)}`,
    hint,
  );
  return undefined;
}

// A token that proves nothing leaves the result unverified; it never makes the file wrong.
function readToken(map: YamlMap, issues: IssueList): string | undefined {
  const alias = map.fields.get('verify_token');
  if (alias) {
    const text = '`verify_token` is read as `verifyToken`';
    issues.warn(alias.key, 'misnamed-key', text, 'rename it to `verifyToken`');
  }
  const node = (map.fields.get('verifyToken') ?? alias)?.value;
  if (node === undefined || isNull(node)) return undefined;
  const token = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
  if (token !== null && token.length <= MAX_TOKEN) return token;
  issues.warn(node, 'invalid-token', `\`${node.path}\` is no token; the result counts as not verified`);
  return undefined;
}

function readDate(node: YamlNode | undefined, issues: IssueList): string | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const date = readText(node, issues, { maxLength: 64 });
  if (date === undefined) return undefined;
  if (isIsoDate(date)) return date;
  issues.error(
    node,
    'invalid-date',
    `${quoted(date)} is not an ISO 8601 date`,
    'write for example "2026-01-15"',
  );
  return undefined;
}

/** True for an ISO 8601 date, or date and time, that exists in the calendar. */
export function isIsoDate(text: string): boolean {
  if (!ISO_DATE.test(text)) return false;
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)].map(Number);
  return day! >= 1 && day! <= daysOf(year!, month!);
}

/** Days of a month of the Gregorian calendar; 0 where there is no such month. */
function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function readSource(node: YamlNode | undefined, issues: IssueList): ResultEntry['source'] {
  if (node === undefined || isNull(node)) return undefined;
  const map = asMap(node, issues, 'write `source: {url: "https://…"}`');
  if (!map) return undefined;
  checkKeys(map, SOURCE_KEYS, issues, 'warning', '`source`');
  const urlNode = requireField(map, 'url', issues, 'a source needs the address where the score can be read');
  const url = readText(urlNode, issues, { filled: true, maxLength: 2_048 });
  if (url !== undefined && !isWebAddress(url)) {
    issues.error(urlNode!, 'invalid-url', `${quoted(url)} is not an http or https address`);
  }
  const source: { url: string; name?: string; user?: string; org?: string } = { url: url ?? '' };
  for (const key of ['name', 'user', 'org'] as const) {
    const text = readText(map.fields.get(key)?.value, issues, { nullable: true, maxLength: 500 });
    if (text !== undefined) source[key] = text;
  }
  return source;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:\/\//i.test(url);
}
