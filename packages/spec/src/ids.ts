import { type Issue, type Parsed, quoted } from './errors.ts';

export type RepoType = 'model' | 'dataset' | 'space';
export const REPO_TYPES: readonly RepoType[] = ['model', 'dataset', 'space'];

export interface RepoName {
  namespace: string;
  name: string;
}

const MAX_SEGMENT = 96;

/** Why a namespace or repo name is not allowed, or null. The rules are those the Hub's clients check themselves. */
export function nameProblem(segment: string): string | null {
  if (segment === '') return 'is empty';
  if (segment.length > MAX_SEGMENT) return `is longer than ${MAX_SEGMENT} characters`;
  if (!/^[A-Za-z0-9._-]+$/.test(segment)) return 'may only hold letters, digits, ".", "_" and "-"';
  if (/^[-.]|[-.]$/.test(segment)) return 'may not begin or end with "-" or "."';
  if (/--|\.\./.test(segment)) return 'may not hold "--" or ".."';
  if (segment.endsWith('.git')) return 'may not end in ".git"';
  return null;
}

/** Parses `namespace/name`. Case is kept; whether a name is free is the hub's question. */
export function parseRepoName(text: string): Parsed<RepoName> {
  const parts = text.split('/');
  const [namespace, name] = parts;
  if (parts.length !== 2 || namespace === undefined || name === undefined) {
    return refused(`${quoted(text)} is not of the form namespace/name`, 'write for example "org/name"');
  }
  const bad = [namespace, name].find((part) => nameProblem(part) !== null);
  if (bad !== undefined) return refused(`${quoted(bad)} ${nameProblem(bad)}`, '');
  return { ok: true, value: { namespace, name }, warnings: [] };
}

function refused(message: string, hint: string): { ok: false; issues: Issue[] } {
  const place = { path: '', line: 1, column: 1 };
  return { ok: false, issues: [{ code: 'invalid-repo-name', severity: 'error', ...place, message, hint }] };
}

/** The path of a repo below the hub's address: `ns/n`, `datasets/ns/n`, `spaces/ns/n`. */
export function repoPath(type: RepoType, name: RepoName | string): string {
  const full = typeof name === 'string' ? name : `${name.namespace}/${name.name}`;
  return type === 'model' ? full : `${type}s/${full}`;
}
