import { MathFailure, noParse } from './failure.ts';

/** Bounds on the text of one candidate; beyond them the answer counts as not given. */
export const maxCandidate = 4096;
export const maxCompletion = 1_000_000;
const maxNesting = 64;
const maxCommands = 256;
const maxOperators = 1024;
const maxDigitRun = 256;
const maxDigits = 2048;
const maxMatrixCells = 256;

const codeShaped = new RegExp(
  [
    '__',
    '\\b(?:breakpoint|compile|eval|exec|getattr|globals|import|locals|open|setattr)\\s*\\(',
    '\\b(?:builtins|os|pathlib|subprocess|sys)\\s*\\.',
  ].join('|'),
);

const matrixWords =
  'cols diag diagonalize eig eigen eigenvals eigenvalues eigenvects eigenvectors eye gcd hstack lcm';
const moreMatrixWords =
  'nullspace norm ones orth ortho orthogonal orthogonalize rank ref rows rref svd trace tr vstack zeros';
/** What a computer algebra system would work out on sight: determinants, divisors, decompositions. */
const eagerOperation = new RegExp(
  [
    '\\\\begin\\{vmatrix\\}',
    '\\\\(?:det|gcd|lcm)\\b',
    '\\\\xrightarrow',
    '\\\\\\|',
    `\\\\operatorname\\s*\\{\\s*(?:${`${matrixWords} ${moreMatrixWords}`.replaceAll(' ', '|')})\\s*\\}`,
  ].join('|'),
  'i',
);

/** Throws a `limit` or `unsafe` failure, or `no-parse` for an empty text. */
export function assertWithinLimits(candidate: string): void {
  if (candidate === '') throw noParse('the answer is empty');
  if (candidate.length > maxCandidate) throw limit('the expression is too long');
  if (codeShaped.test(candidate)) throw new MathFailure('unsafe', 'the answer looks like program code');
  if (eagerOperation.test(candidate)) throw limit('the expression asks for an eager operation');
  if (hasNestedPower(candidate)) throw limit('the expression has a power in an exponent');
  const runs = candidate.match(/\d+/g) ?? [];
  if (runs.some((run) => run.length > maxDigitRun)) throw limit('a number has too many digits');
  if (runs.join('').length > maxDigits) throw limit('the expression has too many digits');
  if (count(candidate, /\\[A-Za-z]+/g) > maxCommands) throw limit('the expression has too many commands');
  if (count(candidate, /[-+*/^=!<>]/g) > maxOperators) throw limit('the expression has too many operators');
  if (nesting(candidate) > maxNesting) throw limit('the expression is nested too deeply');
  const rows = count(candidate, /\\\\/g) + 1;
  const columns = count(candidate, /&/g) + 1;
  if (rows * columns > maxMatrixCells) throw limit('the matrix is too large');
}

function limit(message: string): MathFailure {
  return new MathFailure('limit', message);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** A power of numbers inside a braced exponent. */
function hasNestedPower(text: string): boolean {
  for (const match of text.matchAll(/\^\s*(?=\{)/g)) {
    const content = bracedContent(text, match.index + match[0].length)?.content;
    if (content?.includes('^') && !/[A-Za-z]/.test(content)) return true;
  }
  return false;
}

function nesting(text: string): number {
  const open: string[] = [];
  const closers: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  let deepest = 0;
  for (const char of text) {
    if ('([{'.includes(char)) {
      open.push(char);
      deepest = Math.max(deepest, open.length);
    } else if (closers[char] !== undefined && open.at(-1) === closers[char]) open.pop();
  }
  return deepest;
}

/** What stands between the brace at `opening` and its partner; undefined when it has none or nests too deeply. */
export function bracedContent(text: string, opening: number): { content: string; end: number } | undefined {
  let depth = 0;
  for (let at = opening; at < text.length; at += 1) {
    if (text[at] === '{') {
      depth += 1;
      if (depth > maxNesting) return undefined;
    } else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0)
        return { content: text.slice(opening + 1, Math.min(at, opening + maxCandidate + 2)), end: at + 1 };
    }
  }
  return undefined;
}
