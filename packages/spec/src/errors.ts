/** One thing wrong (or doubtful) in a file that a person wrote. */
export interface Issue {
  /** Stable name of the rule, for tests and programs; messages may change. */
  code: string;
  severity: 'error' | 'warning';
  /** Where in the document, as `tasks[0].scorers[1].name`; empty for the document itself. */
  path: string;
  /** 1-based. */
  line: number;
  /** 1-based, counted in UTF-16 units as editors do. */
  column: number;
  message: string;
  /** How to mend it; empty when there is nothing to add. */
  hint: string;
}

/** The result of every `parseX`: a typed value, or all issues at once (errors first, then warnings). */
export type Parsed<T> = { ok: true; value: T; warnings: Issue[] } | { ok: false; issues: Issue[] };

/** A refusal with a code from a closed list. It never carries an HTTP status or a secret. */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint?: string;

  constructor(code: Code, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** Prints an issue as compilers do, so that terminals and editors can link to the place. */
export function formatIssue(file: string, issue: Issue): string {
  const head = `${file}:${issue.line}:${issue.column} ${issue.severity}[${issue.code}] ${issue.message}`;
  return issue.hint === '' ? head : `${head}\n  hint: ${issue.hint}`;
}

/** Wraps what a check found: a value only when nothing is an error. */
export function toParsed<T>(value: T | undefined, issues: Issue[]): Parsed<T> {
  const inOrder = issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const errors = inOrder.filter((issue) => issue.severity === 'error');
  const warnings = inOrder.filter((issue) => issue.severity === 'warning');
  if (errors.length > 0 || value === undefined) return { ok: false, issues: [...errors, ...warnings] };
  return { ok: true, value, warnings };
}

/** Quotes a piece of someone's file for a message: one line, no control characters, at most 80 characters. */
export function quoted(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
