import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A test that says which requirements it proves. */
export interface Citation {
  id: string;
  /** From the root of the repository. */
  file: string;
  line: number;
  /** Of the test, as it is written; of a Python script, what its first line says. */
  title: string;
}

const citing = /^\s*(?:\/\/|#) compat: (.+)$/;
const naming = /^\s*(?:await )?(?:\w+\.)?(?:test|it)\((.*)$/;
const quoted = /^\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/;

/** All citations of the tests of the product and of the scripts that tests run. */
export function findCitations(): Citation[] {
  const tests = ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'].flatMap((pattern) => globSync(pattern));
  const texts = tests.sort().map((file) => [file, readFileSync(file, 'utf8')] as const);
  const scripts = globSync('tests/**/*.py').sort();
  return [
    ...texts.flatMap(([file, text]) => citationsOf(file, text)),
    // A script proves nothing unless a test runs it.
    ...scripts
      .filter((file) => texts.some(([, text]) => text.includes(`'${basename(file)}'`)))
      .flatMap((file) => citationsOf(file, readFileSync(file, 'utf8'))),
  ];
}

/** Citations in one file. Above a test they belong to it; elsewhere, to the test they stand in. */
export function citationsOf(file: string, text: string): Citation[] {
  const lines = text.split('\n');
  const found: Citation[] = [];
  let title = /^"""(.*?)(?:"""|$)/.exec(text)?.[1] ?? '';
  for (const [at, line] of lines.entries()) {
    title = titleAt(lines, at) ?? title;
    const ids = citing.exec(line)?.[1];
    if (ids === undefined) continue;
    const below = lines.findIndex((one, index) => index > at && !/^\s*(\/\/.*)?$/.test(one));
    const own = (below === -1 ? null : titleAt(lines, below)) ?? title;
    for (const id of ids.split(',')) found.push({ id: id.trim(), file, line: at + 1, title: own });
  }
  return found;
}

/** The title of the test that begins on a line, or on the one below when it is broken; null when none begins there. */
function titleAt(lines: string[], at: number): string | null {
  const rest = naming.exec(lines[at] ?? '')?.[1];
  if (rest === undefined) return null;
  const match = quoted.exec(rest.trim() === '' ? (lines[at + 1] ?? '') : rest);
  const written = match && (match[1] ?? match[2] ?? match[3]);
  return written ? written.replace(/\\(.)/g, '$1') : null;
}
