import { caseFold } from '../python/case-fold.ts';
import { isShortComposite, looksLikeProse, stripDelimiters } from './answer-candidates.ts';
import { MathFailure, noParse, undecidable } from './failure.ts';
import { assertWithinLimits } from './limits.ts';
import { isScalar, type MathNode, walk } from './nodes.ts';
import { parseLatex } from './parse-latex.ts';
import { parsePlain, splitEquation } from './parse-plain.ts';

/** What a text says: an expression, or words. */
export interface ParsedAnswer {
  source: string;
  expression?: MathNode;
  text?: string;
}

const percentSuffix =
  /\s*(?:\\?%|\\text\s*\{\s*(?:percent(?:age)?|pct)\s*\}|\s+(?:percent(?:age)?|pct))\s*$/i;
const maxNodes = 512;
const maxFactorialArgument = 10_000;
const maxBits = 4096;

/** Parses one candidate. Throws MathFailure. */
export function parseCandidate(text: string): ParsedAnswer {
  const source = stripDelimiters(text);
  assertWithinLimits(source);
  const base = source.slice(0, percentSuffix.exec(source)?.index ?? source.length).trimEnd();
  if (base !== source && base !== '') {
    const value = tryExpression(base);
    if (value) return { source, expression: withinLimits(percentage(value)) };
  }
  if (looksLikeProse(source) || isShortComposite(source)) return { source, text: normalizeText(source) };
  const expression = tryExpression(source);
  if (expression) return { source, expression: withinLimits(expression) };
  const right = splitEquation(source)?.[1];
  const side = right === undefined ? undefined : tryCandidate(right);
  if (side) return side;
  const words = normalizeText(source);
  if (/[A-Za-z]{2,}/.test(words)) return { source, text: words };
  throw noParse('the answer is no expression');
}

/** The first candidate that says something. A text beyond a limit, or one we cannot decide, ends the search. */
export function parseFirst(candidates: string[]): ParsedAnswer {
  let failure = noParse('there is no answer');
  for (const candidate of candidates) {
    try {
      return parseCandidate(candidate);
    } catch (error) {
      if (!(error instanceof MathFailure) || error.kind !== 'no-parse') throw error;
      failure = error;
    }
  }
  throw failure;
}

function tryCandidate(text: string): ParsedAnswer | undefined {
  return unlessNoParse(() => parseCandidate(text));
}

function tryExpression(text: string): MathNode | undefined {
  return unlessNoParse(() => parsePlain(text) ?? parseLatex(text));
}

function unlessNoParse<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MathFailure && error.kind === 'no-parse') return undefined;
    throw error;
  }
}

/** Of what is no number (`x \\le 3\\%`) it is not clear what the percentage is of; Inspect fails there. */
function percentage(value: MathNode): MathNode {
  if (!isScalar(value)) throw undecidable('a percentage of what is no number');
  const hundredth: MathNode = {
    kind: 'power',
    base: { kind: 'number', value: '100', isFloat: false },
    exponent: { kind: 'number', value: '-1', isFloat: false },
  };
  return { kind: 'multiply', items: [value, hundredth] };
}

function withinLimits(expression: MathNode): MathNode {
  let nodes = 0;
  for (const node of walk(expression)) {
    nodes += 1;
    if (nodes > maxNodes) throw new MathFailure('limit', 'the expression has too many parts');
    if (
      node.kind === 'number' &&
      !node.isFloat &&
      BigInt(node.value).toString(2).replace('-', '').length > maxBits
    ) {
      throw new MathFailure('limit', 'a number is too large');
    }
    const [argument] = node.kind === 'call' && node.name === 'factorial' ? node.items : [];
    if (argument?.kind === 'number' && Number(argument.value) > maxFactorialArgument) {
      throw new MathFailure('limit', 'the argument of a factorial is too large');
    }
  }
  return expression;
}

/** Words as they are compared: text wrappers and closing marks gone, blanks single, case folded. */
function normalizeText(text: string): string {
  const plain = stripDelimiters(text)
    .replace(/\\(?:text|mathrm|mbox)\s*\{([^{}]*)\}/g, '$1')
    .replaceAll('\\ ', ' ')
    .replace(/\s+/g, ' ');
  return caseFold(plain.replace(/^[ \t\r\n.,;:]+|[ \t\r\n.,;:]+$/g, ''));
}
