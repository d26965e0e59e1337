import type { Issue } from '@assay/spec';
import { LineCounter, parseDocument } from 'yaml';

/** Larger front matter is refused; the index would not read it. Characters. */
const maxLength = 256 * 1024;

/**
 * Faults of the YAML between the `---` lines that open a README. A README without front matter is worth a warning:
 * clients of the Hub show it and go on.
 */
export function checkFrontMatter(readme: string): Issue[] {
  const open = /^\ufeff?---[ \t]*\r?\n/.exec(readme);
  if (!open)
    return [
      issue('warning', 'no-front-matter', {
        message: 'the README has no front matter',
        hint: 'begin it with a block of YAML between two lines of ---',
      }),
    ];
  const from = open[0].length;
  const close = /^---[ \t]*\r?$/m.exec(readme.slice(from));
  if (!close)
    return [
      issue('warning', 'open-front-matter', {
        message: 'the first line --- has no second one',
        hint: 'end the front matter with a line of ---',
      }),
    ];
  if (close.index > maxLength)
    return [
      issue('error', 'too-large', { message: `the front matter is longer than ${maxLength} characters` }),
    ];
  return checkYaml(readme.slice(from, from + close.index));
}

function checkYaml(text: string): Issue[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'core',
  });
  const found = document.errors.slice(0, 50).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = error.message.split('\n')[0] ?? 'not YAML';
    return issue('error', 'yaml-syntax', { message, line: line + 1, column: col });
  });
  if (found.length > 0) return found;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return [];
  } catch {
    return [
      issue('error', 'too-many-aliases', {
        message: 'the front matter repeats itself through too many aliases',
        line: 2,
      }),
    ];
  }
  return [
    issue('error', 'not-a-map', {
      message: 'the front matter must be a map',
      hint: 'write lines such as "license: mit"',
      line: 2,
    }),
  ];
}

function issue(
  severity: Issue['severity'],
  code: string,
  rest: { message: string; hint?: string; line?: number; column?: number },
): Issue {
  return { code, severity, path: '', line: 1, column: 1, hint: '', ...rest };
}
