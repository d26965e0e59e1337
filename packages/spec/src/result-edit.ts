import { type Document, isSeq, type Node, parseDocument, YAMLSeq } from 'yaml';
import { canonicalJson } from './canonical-json.ts';
import { CodedError } from './errors.ts';
import { parseEvalResults } from './eval-results.ts';
import { entryInBrackets, entryLines, type NewEntry } from './result-yaml.ts';
import { readYamlText } from './yaml-text.ts';
import { toJson, type YamlList, type YamlNode } from './yaml-tree.ts';

export type ResultEditCode = 'not-a-result-file' | 'no-such-entry' | 'invalid-entry';

/**
 * Adds an entry at the end of a result file; null makes a new file. Every byte that was there stays: comments, quotes,
 * line ends, spaces. Only where plain insertion would change another entry is the file printed anew, comments kept.
 *
 * @throws CodedError `not-a-result-file` when the text is not a list of entries, `invalid-entry` when the entry is none.
 */
export function appendEntry(text: string | null, entry: NewEntry): string {
  const json = jsonOf(entry);
  if (text === null) return newFile(entry);
  const list = readList(text);
  const wanted = [...(list?.items ?? []).map(toJson), json];
  return firstThatMeans(wanted, [
    () => inserted(text, list, entry),
    () => reprinted(text, (items, create) => items.push(create(json))),
  ]);
}

/**
 * Puts an entry in the place of the `index`-th (from 0), comments inside the old one included; everything around it
 * stays as it is.
 *
 * @throws CodedError `not-a-result-file`, or `no-such-entry` when the index is beyond the list.
 */
export function replaceEntry(text: string, index: number, entry: NewEntry): string {
  const { list, item } = readItem(text, index);
  const wanted = list.items.map(toJson).with(index, jsonOf(entry));
  const attempt = () => {
    const end = item.start + text.slice(item.start, item.end).trimEnd().length;
    const indent = `${lineEnd(text)}${' '.repeat(item.column - 1)}`;
    const flow = list.flow || (item.kind === 'map' && item.flow);
    const written = flow ? entryInBrackets(entry) : entryLines(entry).join(indent);
    return text.slice(0, item.start) + written + text.slice(end);
  };
  return firstThatMeans(wanted, [
    attempt,
    () => reprinted(text, (items, create) => items.splice(index, 1, create(jsonOf(entry)))),
  ]);
}

/**
 * Takes out the `index`-th entry (from 0); comments before and after it stay. A list without entries is written `[]`.
 *
 * @throws CodedError `not-a-result-file`, or `no-such-entry` when the index is beyond the list.
 */
export function removeEntry(text: string, index: number): string {
  const { list, item } = readItem(text, index);
  const wanted = list.items.map(toJson).toSpliced(index, 1);
  const attempt = () =>
    list.flow ? withoutFlowItem(text, list, index) : withoutBlockItem(text, list, item, index);
  return firstThatMeans(wanted, [attempt, () => reprinted(text, (items) => items.splice(index, 1))]);
}

function inserted(text: string, list: YamlList | null, entry: NewEntry): string {
  if (list?.flow) return insertedInBrackets(text, list, entry);
  const eol = lineEnd(text);
  const indent = ' '.repeat((list?.column ?? 1) - 1);
  // A closing "..." and what follows it must stay last.
  const closing = /^\.\.\.(?=\s|$)/m.exec(text.slice(list?.end ?? 0));
  const at = closing ? (list?.end ?? 0) + closing.index : text.length;
  const before = text.slice(0, at);
  const gap = before === '' || before === '\ufeff' || /[\r\n]$/.test(before) ? '' : eol;
  return `${before}${gap}${indent}- ${entryLines(entry).join(`${eol}${indent}  `)}${eol}${text.slice(at)}`;
}

function insertedInBrackets(text: string, list: YamlList, entry: NewEntry): string {
  const last = list.items.at(-1);
  if (last) return `${text.slice(0, last.end)}, ${entryInBrackets(entry)}${text.slice(last.end)}`;
  const alone =
    list.column === 1 &&
    /^\s*$/.test(text.slice(list.end)) &&
    /^\[\s*\]$/.test(text.slice(list.start, list.end));
  if (!alone) return `${text.slice(0, list.end - 1)}${entryInBrackets(entry)}${text.slice(list.end - 1)}`;
  return `${text.slice(0, list.start)}- ${entryLines(entry).join(`${lineEnd(text)}  `)}${text.slice(list.end)}`;
}

function withoutBlockItem(text: string, list: YamlList, item: YamlNode, index: number): string {
  const start = text.lastIndexOf('\n', list.dashes[index]! - 1) + 1;
  const valueEnd = item.start + text.slice(item.start, item.end).trimEnd().length;
  const newline = text.indexOf('\n', valueEnd);
  const end = newline === -1 ? text.length : newline + 1;
  const left = list.items.length === 1 ? `[]${newline === -1 ? '' : lineEnd(text)}` : '';
  return text.slice(0, start) + left + text.slice(end);
}

function withoutFlowItem(text: string, list: YamlList, index: number): string {
  const [previous, item, next] = [list.items[index - 1], list.items[index]!, list.items[index + 1]];
  if (next) return text.slice(0, item.start) + text.slice(next.start);
  return previous
    ? text.slice(0, previous.end) + text.slice(item.end)
    : text.slice(0, item.start) + text.slice(item.end);
}

/** Bytes are only edited as text; that the edit means what it should is then read back. */
function firstThatMeans(wanted: unknown[], attempts: (() => string)[]): string {
  const meaning = canonicalJson(wanted);
  for (const attempt of attempts) {
    const text = attempt();
    const parsed = readYamlText(text);
    const root = parsed.issues.hasErrors ? null : parsed.root;
    if (root?.kind === 'list' && canonicalJson(toJson(root)) === meaning) return text;
  }
  throw new CodedError<ResultEditCode>(
    'not-a-result-file',
    'the file cannot be changed without changing its other entries',
  );
}

/** The last resort: the library prints the whole list. Comments survive, layout may not. */
function reprinted(text: string, change: (items: Node[], create: (value: unknown) => Node) => void): string {
  const document: Document<Node> = parseDocument(text, { schema: 'core' });
  const list = isSeq<Node>(document.contents) ? document.contents : new YAMLSeq<Node>();
  change(list.items, (value) => document.createNode(value));
  document.contents = list;
  return document.toString();
}

function readItem(text: string, index: number): { list: YamlList; item: YamlNode } {
  const list = readList(text);
  const item = list?.items[index];
  if (!list || !item) {
    throw new CodedError<ResultEditCode>(
      'no-such-entry',
      `entry ${index} of ${list?.items.length ?? 0} does not exist`,
    );
  }
  return { list, item };
}

function readList(text: string): YamlList | null {
  const { root, issues } = readYamlText(text);
  const blank = root === null || (root.kind === 'scalar' && root.value === null && root.source === '');
  if (!issues.hasErrors && blank) return null;
  if (issues.hasErrors || root?.kind !== 'list') {
    const parsed = parseEvalResults(text);
    const reason = parsed.ok
      ? 'it is not a list'
      : `line ${parsed.issues[0]?.line}: ${parsed.issues[0]?.message}`;
    throw new CodedError<ResultEditCode>('not-a-result-file', `not a list of results: ${reason}`);
  }
  return root;
}

function newFile(entry: NewEntry): string {
  return `- ${entryLines(entry).join('\n  ')}\n`;
}

function lineEnd(text: string): string {
  const windows = text.split('\r\n').length - 1;
  return windows > 0 && windows * 2 >= text.split('\n').length - 1 ? '\r\n' : '\n';
}

function jsonOf(entry: NewEntry): unknown {
  const parsed = parseEvalResults(newFile(entry));
  if (parsed.ok) return parsed.value[0]!.json;
  const issue = parsed.issues[0]!;
  throw new CodedError<ResultEditCode>('invalid-entry', `the new entry is not valid: ${issue.message}`, {
    hint: issue.hint,
  });
}
