import { noParse, undecidable } from './failure.ts';
import { LatexParser } from './latex-parser.ts';
import type { MathNode } from './nodes.ts';
import { normalizeLatex } from './normalize-latex.ts';

/** Marks and signs, other than letters and the signs with a LaTeX name. */
const foreignMark = /[?@`~#]|(?![±≈∅])[^\x00-\x7f\p{L}]/u;
const matrixForm = /^\\begin\{([pbB]?)matrix\}(.*)\\end\{\1matrix\}$/s;

/**
 * Parses the part of LaTeX that answers are mostly written in. Throws `no-parse` for what certainly is no formula
 * and `undecidable` for what may be one beyond this part.
 */
export function parseLatex(candidate: string): MathNode {
  if (!isBalanced(candidate)) throw noParse('brackets do not match');
  const matrix = matrixForm.exec(candidate.trim());
  if (matrix) return parseMatrix(matrix[2]!);
  const text = normalizeLatex(candidate);
  if (foreignMark.test(text)) throw noParse('a character that no formula has');
  if (text === '{}' || text === '\\{\\}') return { kind: 'named-set', name: 'empty' };
  return new LatexParser(text).parse();
}

/** Round and square brackets may close each other, as those of half-open intervals do. */
function isBalanced(text: string): boolean {
  const braces: string[] = [];
  let round = 0;
  for (const char of text.replace(/\\[{}]/g, '')) {
    if (char === '{') braces.push(char);
    else if (char === '}' && !braces.pop()) return false;
    if (char === '(' || char === '[') round += 1;
    else if (char === ')' || char === ']') round -= 1;
    if (round < 0) return false;
  }
  return braces.length === 0 && round === 0;
}

function parseMatrix(body: string): MathNode {
  const rows = body.split('\\\\').map((row) => row.split('&').map((cell) => parseLatex(cell.trim())));
  if (new Set(rows.map((row) => row.length)).size > 1)
    throw undecidable('a matrix with rows of unequal length');
  return { kind: 'matrix', rows };
}
