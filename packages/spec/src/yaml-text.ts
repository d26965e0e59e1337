import { Lexer, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import { IssueList, type Place } from './issue-list.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { TreeBuilder, type YamlNode } from './yaml-tree.ts';

/** Longest YAML text that is read, in UTF-16 units. */
export const MAX_YAML_LENGTH = 1 << 20;

// A mebibyte of brackets is a million tokens and costs seconds; a mebibyte of honest YAML has about 400,000.
const MAX_TOKENS = 500_000;

export interface YamlText {
  /** Null when the text is empty or could not be read; then `issues` says why, if there was a reason. */
  root: YamlNode | null;
  issues: IssueList;
}

/** Reads one YAML 1.2 document with a place for every value. All refusals are issues; nothing is thrown. */
export function readYamlText(text: string): YamlText {
  const plain = readPlainYaml(text);
  return plain ? { root: plain, issues: new IssueList() } : readByLibrary(text);
}

/** Every text that is not plain, and what is compared with where it is. */
export function readByLibrary(text: string): YamlText {
  const issues = new IssueList();
  const refused = { root: null, issues };
  const size = sizeProblem(text);
  if (size !== null) {
    issues.error({ path: '', line: 1, column: 1 }, 'too-large', size);
    return refused;
  }
  const lines = new LineCounter();
  const lineOf = (offset: number) => lines.linePos(Math.min(offset, text.length));
  const document = withoutStackTraces(() =>
    // Unique keys are checked in the tree: the library compares each with all before it, seconds for a large map.
    // Schema and version are fixed, or a %YAML directive could turn `no` into false.
    parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      schema: 'core',
      keepSourceTokens: true,
    }),
  );
  for (const error of document.errors) reportSyntax(error, lineOf, issues);
  for (const warning of document.warnings) reportSyntax(warning, lineOf, issues);
  if (issues.hasErrors || document.contents === null) return refused;
  return { root: new TreeBuilder(issues, lineOf).build(document.contents as Node, '', 0), issues };
}

function sizeProblem(text: string): string | null {
  if (text.length > MAX_YAML_LENGTH) return `longer than ${MAX_YAML_LENGTH} characters`;
  if (text.length <= MAX_TOKENS) return null; // a token has at least one character
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) {
    if (++tokens > MAX_TOKENS) return `more than ${MAX_TOKENS} YAML tokens`;
  }
  return null;
}

// The library makes an Error object for each mistake; with stack traces a million commas take 12 s instead of 1.3 s.
function withoutStackTraces<T>(run: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = before;
  }
}

const SYNTAX_HINTS: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_INDENT: 'give entries of one list or map the same indentation',
  MULTIPLE_DOCS: 'keep one document in the file and remove the line `---` between them',
  MULTILINE_IMPLICIT_KEY: 'check the indentation and quotes of the lines before',
  BLOCK_AS_IMPLICIT_KEY: 'put a text that holds ": " in quotes',
  BAD_ALIAS: 'put a text that begins with "*" or "&" in quotes',
  MISSING_CHAR: 'look for a quote or bracket that is not closed',
  RESOURCE_EXHAUSTION: 'nest less deeply',
  TAG_RESOLVE_FAILED: 'remove the tag (the word that begins with "!")',
};

const SYNTAX_CODES: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'multiple-documents',
  RESOURCE_EXHAUSTION: 'too-deep',
  TAG_RESOLVE_FAILED: 'unknown-tag',
};

function reportSyntax(
  problem: YAMLError,
  lineOf: (offset: number) => { line: number; col: number },
  issues: IssueList,
): void {
  const { line, col } = lineOf(problem.pos[0]);
  const at: Place = { path: '', line, column: col };
  const message = problem.message
    .split('\n')[0]!
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .slice(0, 200);
  issues.error(at, SYNTAX_CODES[problem.code] ?? 'yaml-syntax', message, SYNTAX_HINTS[problem.code] ?? '');
}
