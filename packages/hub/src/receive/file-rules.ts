import {
  type Issue,
  isResultFile,
  type Parsed,
  parseEvalResults,
  parseEvalYaml,
  parseLeaderboardYaml,
  type RepoType,
} from '@assay/spec';
import { checkFrontMatter } from './front-matter.ts';

/** Files the hub reads and acts on are refused above this many bytes. */
export const maxReadBytes = 1024 * 1024;

/** Returns the errors of a file's text. */
type FileRule = (text: string) => Issue[];

/** The rule a path must pass in a repo of this type; null for files that are only kept. */
export function fileRule(type: RepoType, path: string): FileRule | null {
  if (path === 'README.md') return (text) => onlyErrors(checkFrontMatter(text));
  if (type === 'dataset' && path === 'eval.yaml') return (text) => errorsOf(parseEvalYaml(text));
  if (type === 'dataset' && path === 'leaderboard.yaml')
    return (text) => errorsOf(parseLeaderboardYaml(text));
  if (type === 'model' && isResultFile(path)) return (text) => errorsOf(parseEvalResults(text));
  return null;
}

/** Whether a path leads to files the hub reads, so that neither it nor its folder may be a link. */
export function isReadPath(type: RepoType, path: string): boolean {
  return fileRule(type, path) !== null || (type === 'model' && path === '.eval_results');
}

function errorsOf(parsed: Parsed<unknown>): Issue[] {
  return parsed.ok ? [] : onlyErrors(parsed.issues);
}

function onlyErrors(issues: Issue[]): Issue[] {
  return issues.filter(({ severity }) => severity === 'error');
}
