import { type Issue, parseCard } from '@assay/spec';

/**
 * Faults of the YAML that opens a README. One without such a block is worth a warning: clients of the Hub show it and
 * go on.
 */
export function checkFrontMatter(readme: string): Issue[] {
  const { data, body, issues } = parseCard(readme);
  if (data !== null || issues.length > 0 || body.length < readme.length) return issues;
  const opened = /^\ufeff?\s*---[ \t]*\r?\n/.test(readme);
  return [
    {
      code: opened ? 'open-front-matter' : 'no-front-matter',
      severity: 'warning',
      path: '',
      line: 1,
      column: 1,
      message: opened ? 'the first line --- has no second one' : 'the README has no front matter',
      hint: 'begin it with a block of YAML between two lines of ---',
    },
  ];
}
