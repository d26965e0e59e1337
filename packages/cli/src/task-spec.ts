import { existsSync } from 'node:fs';
import { type Parsed, parseRepoName } from '@assay/spec';

/** Where a task is defined: in a dataset repo on a hub, or in a folder on this machine. */
export type TaskSpec =
  | { kind: 'hub'; dataset: string; taskId?: string; revision?: string }
  | { kind: 'folder'; folder: string; taskId?: string };

/**
 * Parses `hf/ORG/NAME[/TASK][@REVISION]`, or `FOLDER[@TASK]`.
 *
 * Only the leading `hf/` is taken off (Inspect removes it wherever it stands, which damages names that end in `hf`), a
 * task id may hold slashes, and a revision too: `hf/org/name@refs/pr/3`.
 */
export function parseTaskSpec(
  text: string,
  isFolder: (path: string) => boolean = existsSync,
): Parsed<TaskSpec> {
  if (text.startsWith('hf/')) return parseHubSpec(text);
  const at = text.lastIndexOf('@');
  const [folder, taskId] =
    at > 0 && !isFolder(text) ? [text.slice(0, at), text.slice(at + 1)] : [text, undefined];
  if (!isFolder(folder)) {
    return refused(
      `${JSON.stringify(text)} is neither a benchmark on a hub nor a folder here`,
      'write hf/ORG/NAME, hf/ORG/NAME/TASK@REVISION, or the path of a folder that holds an eval.yaml',
    );
  }
  return { ok: true, value: { kind: 'folder', folder, ...(taskId ? { taskId } : {}) }, warnings: [] };
}

function parseHubSpec(text: string): Parsed<TaskSpec> {
  const found = /^hf\/([^/@]+)\/([^/@]+)(?:\/(.+))?$/s.exec(splitRevision(text).place);
  const { revision } = splitRevision(text);
  if (!found || revision === '') {
    return refused(
      `${JSON.stringify(text)} is not of the form hf/ORG/NAME[/TASK][@REVISION]`,
      'for example hf/org/bench/task@main',
    );
  }
  const dataset = `${found[1]}/${found[2]}`;
  const name = parseRepoName(dataset);
  if (!name.ok) return name;
  const taskId = found[3];
  return {
    ok: true,
    value: { kind: 'hub', dataset, ...(taskId ? { taskId } : {}), ...(revision ? { revision } : {}) },
    warnings: [],
  };
}

/** Repo names hold no `@`: one right behind the name ends the place, otherwise the last one does. */
function splitRevision(text: string): { place: string; revision?: string } {
  const behindName = /^hf\/[^/@]+\/[^/@]+@/.exec(text);
  const at = behindName ? behindName[0].length - 1 : text.lastIndexOf('@');
  return at < 0 ? { place: text } : { place: text.slice(0, at), revision: text.slice(at + 1) };
}

function refused(message: string, hint: string): Parsed<never> {
  const issue = {
    code: 'task-spec',
    severity: 'error' as const,
    path: '',
    line: 1,
    column: 1,
    message,
    hint,
  };
  return { ok: false, issues: [issue] };
}
