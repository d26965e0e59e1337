import { formatIssue, type Issue } from '@assay/spec';
import { type HubCode, HubError } from '../errors.ts';

/** Why one ref may not move. All refusals of a request are reported together; one is enough to stop all its refs. */
export interface Refusal {
  ref: string;
  /** What kind of refusal it is, for the answer's status. */
  code: Extract<
    HubCode,
    'invalid-input' | 'forbidden' | 'not-found' | 'conflict' | 'too-large' | 'quota-exceeded'
  >;
  /** The file at fault, when it is one. */
  file?: string;
  /** What is wrong inside that file. */
  issues: Issue[];
  /** One sentence; for a file with issues, how many there are. */
  reason: string;
}

export function refuse(ref: string, code: Refusal['code'], reason: string, file?: string): Refusal {
  return { ref, code, reason, issues: [], ...(file === undefined ? {} : { file }) };
}

/** What a person reads in a terminal: each issue with file, line, column and hint; else the reason. */
export function toLines(refusal: Refusal): string[] {
  if (refusal.issues.length > 0) {
    return refusal.issues.flatMap((issue) => formatIssue(refusal.file ?? '', issue).split('\n'));
  }
  return [refusal.file === undefined ? refusal.reason : `${refusal.file}: ${refusal.reason}`];
}

/** The same as one error, for callers that answer with a status: the first fault in words, all of them as issues. */
export function toHubError(refused: Refusal[]): HubError {
  const code = refused[0]?.code ?? 'invalid-input';
  const issues = refused.flatMap(({ file, issues: found }) => found.map((issue) => ({ ...issue, file })));
  const [first] = issues;
  if (!first) return new HubError(code, refused.flatMap(toLines).join('\n'));
  const more = issues.length > 1 ? `\n(and ${issues.length - 1} more)` : '';
  return new HubError(code, formatIssue(first.file ?? '', first) + more, { issues });
}
