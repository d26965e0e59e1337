import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';
import { type Parsed, quoted, toParsed } from './errors.ts';
import type { IssueList, Place } from './issue-list.ts';
import { type ResultEntry, readEntry } from './result-entry.ts';
import { asList } from './yaml-fields.ts';
import { readYamlText } from './yaml-text.ts';

/** Most entries in one file. */
export const MAX_ENTRIES = 1_000;

const tooMany = `more than ${MAX_ENTRIES} entries in one file`;

/** Lines that begin with a dash: entries of the outermost list, as nothing else may stand at the margin there. */
function countDashes(text: string): number {
  let count = 0;
  for (let at = text.startsWith('- ') ? 0 : text.indexOf('\n- '); at >= 0; at = text.indexOf('\n- ', at + 1))
    count += 1;
  return count;
}

/** True for a file that holds results: `.yaml` or `.yml`, directly inside `.eval_results/`. */
export function isResultFile(path: string): boolean {
  return /^\.eval_results\/[^/]+\.ya?ml$/.test(path);
}

/** Parses a result file: a YAML list of entries, to typed values or to all issues at once. */
export function parseEvalResults(text: string): Parsed<ResultEntry[]> {
  // Reading ten thousand entries takes a second; that they are too many shows in an instant.
  if (countDashes(text) > MAX_ENTRIES) {
    const place = { path: '', line: 1, column: 1 };
    return {
      ok: false,
      issues: [{ code: 'too-many-entries', severity: 'error', ...place, message: tooMany, hint: '' }],
    };
  }
  const { root, issues } = readYamlText(text);
  if (root === null && !issues.hasErrors) {
    issues.error(
      { path: '', line: 1, column: 1 },
      'empty-document',
      'the file is empty',
      'write a list: "- dataset: …"',
    );
  }
  const hint =
    root?.kind === 'map'
      ? 'put "- " before the entry; a file may hold several'
      : 'write a list: "- dataset: …"';
  const list = root === null ? undefined : asList(root, issues, hint);
  if (!list) return toParsed<ResultEntry[]>(undefined, issues.all());
  if (list.items.length > MAX_ENTRIES) {
    issues.error(list, 'too-many-entries', tooMany);
    return toParsed<ResultEntry[]>(undefined, issues.all());
  }
  if (list.items.length === 0) issues.warn(list, 'empty-list', 'the list holds no entry');
  const seen = new Map<string, number>();
  const entries = list.items.flatMap((item) => {
    const entry = readEntry(item, issues);
    if (entry) warnOfRepeat(entry, item, seen, issues);
    return entry ?? [];
  });
  return toParsed(entries, issues.all());
}

function warnOfRepeat(entry: ResultEntry, at: Place, seen: Map<string, number>, issues: IssueList): void {
  const { dataset, notes } = entry;
  const key = JSON.stringify([dataset.id, dataset.taskId, dataset.revision, notes]);
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, entry.line);
    return;
  }
  const text = `a second score for ${quoted(dataset.taskId)} of ${dataset.id} with the same notes`;
  issues.warn(at, 'repeated-entry', `${text}; the first stands in line ${first}`);
}

const encoder = new TextEncoder();

const sha256Hex = (text: string) => bytesToHex(sha256(encoder.encode(text)));

/**
 * The id of a result: 24 hex digits of a SHA-256 over the model repo's id, the file's path and the entry. The same claim
 * has the same id on a pull request and on main; a changed value is another claim. Two equal entries of one file share it.
 * @param digest SHA-256 of a text in hex; the runtime's own, where it has one, takes a fifth of the time
 */
export function resultId(
  repoId: string,
  filename: string,
  entry: Pick<ResultEntry, 'json'>,
  digest = sha256Hex,
): string {
  return digest(canonicalJson([repoId, filename, entry.json])).slice(0, 24);
}
