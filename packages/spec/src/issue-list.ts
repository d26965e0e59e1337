import type { Issue } from './errors.ts';

/** Where something stands in a document; line and column are 1-based. */
export interface Place {
  path: string;
  line: number;
  column: number;
}

const MAX_SHOWN = 200;

/** Collects all issues of one file. A file with thousands of mistakes gets the first 200 of each severity, and is told so. */
export class IssueList {
  readonly #issues: Issue[] = [];
  readonly #counts = { error: 0, warning: 0 };

  error(at: Place, code: string, message: string, hint = ''): void {
    this.#add('error', at, code, message, hint);
  }

  warn(at: Place, code: string, message: string, hint = ''): void {
    this.#add('warning', at, code, message, hint);
  }

  get hasErrors(): boolean {
    return this.#counts.error > 0;
  }

  all(): Issue[] {
    return [...this.#issues];
  }

  #add(severity: Issue['severity'], at: Place, code: string, message: string, hint: string): void {
    this.#counts[severity]++;
    if (this.#counts[severity] > MAX_SHOWN + 1) return;
    const place = { path: at.path, line: at.line, column: at.column };
    if (this.#counts[severity] <= MAX_SHOWN) this.#issues.push({ code, severity, ...place, message, hint });
    else {
      const text = `more than ${MAX_SHOWN} ${severity}s; the rest are not shown`;
      this.#issues.push({ code: 'too-many-issues', severity, ...place, message: text, hint: '' });
    }
  }
}
