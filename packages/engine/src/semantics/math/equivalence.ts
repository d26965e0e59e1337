import { agree, evaluate, isClose, real, type Value } from './evaluate.ts';
import { MathFailure, undecidable } from './failure.ts';
import {
  isScalar,
  type MathNode,
  partsOf,
  type RelationOperator,
  structureOf,
  walk,
  writtenFormOf,
} from './nodes.ts';
import type { ParsedAnswer } from './parse-candidate.ts';

/** Functions whose values are not algebraic: compared to a tolerance when nothing else decides. */
const algebraicCalls = new Set(['abs', 'binomial', 'ceiling', 'factorial', 'floor', 'max', 'min', 'mod']);

/** Powers beyond this are compared by their form alone. */
const maxExponent = 10_000;
const maxFactorial = 100;

/** Are a target and an answer the same? Throws `undecidable` rather than guess. */
export function isEquivalent(target: ParsedAnswer, answer: ParsedAnswer): boolean {
  if (target.text !== undefined || answer.text !== undefined) {
    return target.text !== undefined && target.text === answer.text;
  }
  const left = target.expression;
  const right = answer.expression;
  if (!left || !right) return false;
  if (isEquation(right) && !isRelation(left)) return isSame(left, valueSide(right));
  if (isEquation(left) && !isRelation(right)) return isSame(valueSide(left), right);
  return isSame(left, right);
}

type Relation = Extract<MathNode, { kind: 'relation' }>;

function isRelation(node: MathNode): node is Relation {
  return node.kind === 'relation';
}

function isEquation(node: MathNode): node is Relation {
  return isRelation(node) && node.operator === '=';
}

/** The side of an assignment that is not the bare name. */
function valueSide(node: Relation): MathNode {
  return node.right.kind === 'symbol' && node.left.kind !== 'symbol' ? node.left : node.right;
}

function isSame(first: MathNode, second: MathNode): boolean {
  const [a, b] = [ordered(first), ordered(second)];
  if (a.kind === 'tuple' && b.kind === 'tuple') return sameTuple(a, b);
  if (structureOf(a) === structureOf(b)) return true;
  if (isRelation(a) && isRelation(b)) return sameRelation(a, b);
  if (a.kind === 'matrix' && b.kind === 'matrix') return sameMatrix(a.rows, b.rows);
  if (a.kind === 'set' && b.kind === 'set') return sameSet(a, b);
  if (a.kind === 'interval' && b.kind === 'interval') {
    const sameEnds = a.open.every((open, index) => open === b.open[index]);
    return sameEnds && a.items.every((item, index) => sameMember(item, b.items[index]!));
  }
  if (a.kind === 'union' && b.kind === 'union') return sameMembers(a.items, b.items, isSame);
  if (a.kind === 'chain' && b.kind === 'chain') {
    return a.notation === b.notation && sameMembers(a.items, b.items, isSame);
  }
  if (isWholeLine(a) && isWholeLine(b)) return true;
  return isScalar(a) && isScalar(b) ? sameScalar(a, b) : false;
}

/** The real numbers, named or as an interval. */
function isWholeLine(node: MathNode): boolean {
  if (node.kind === 'named-set') return node.name === 'R';
  if (node.kind !== 'interval') return false;
  const [from, to] = node.items;
  const isEnd = (end: MathNode, name: string) => end.kind === 'constant' && end.name === name;
  return isEnd(from, '-inf') && isEnd(to, 'inf');
}

/**
 * What two ends in brackets say: from the smaller to the larger an interval, the other way round a tuple, or nothing
 * where the brackets are of two kinds.
 */
function ordered(node: MathNode): MathNode {
  if (node.kind !== 'interval') return node;
  const none = new Map<string, Value>();
  const [from, to] = node.items.map((end) => (isScalar(end) ? tryEvaluate(end, none) : undefined));
  if (!from?.im.isZero() || !to?.im.isZero() || from.re.lt(to.re)) return node;
  const [isOpen, isOpenAtEnd] = node.open;
  const empty: MathNode = { kind: 'named-set', name: 'empty' };
  if (from.re.gt(to.re)) {
    return isOpen === isOpenAtEnd ? { kind: 'tuple', items: node.items, notation: 'latex' } : empty;
  }
  return isOpen || isOpenAtEnd ? empty : { kind: 'set', items: [node.items[0]], notation: 'latex' };
}

const mirrored: Record<RelationOperator, RelationOperator> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Side by side, or the other way round; an equation is not solved. */
function sameRelation(a: Relation, b: Relation): boolean {
  const straight = a.operator === b.operator && isSame(a.left, b.left) && isSame(a.right, b.right);
  return (
    straight || (a.operator === mirrored[b.operator] && isSame(a.left, b.right) && isSame(a.right, b.left))
  );
}

function sameMatrix(a: MathNode[][], b: MathNode[][]): boolean {
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return false;
  return a.flat().every((item, index) => isSame(item, b.flat()[index]!));
}

/** Tuples of the plain notation are compared as written, those of LaTeX by value, unlike ones by simple members. */
function sameTuple(
  a: Extract<MathNode, { kind: 'tuple' }>,
  b: Extract<MathNode, { kind: 'tuple' }>,
): boolean {
  if (a.items.length !== b.items.length) return false;
  return a.items.every((item, index) => {
    const other = b.items[index]!;
    if (a.notation !== b.notation)
      return partsOf(item).length === 0 && structureOf(item) === structureOf(other);
    return a.notation === 'plain' ? writtenFormOf(item) === writtenFormOf(other) : sameMember(item, other);
  });
}

/** Sets of the plain notation are compared by form; those of LaTeX by their members. The two never match. */
function sameSet(a: Extract<MathNode, { kind: 'set' }>, b: Extract<MathNode, { kind: 'set' }>): boolean {
  if (a.notation !== b.notation || a.notation === 'plain') return false;
  return sameMembers(a.items, b.items, sameMember);
}

function sameMembers(a: MathNode[], b: MathNode[], same: (x: MathNode, y: MathNode) => boolean): boolean {
  return a.every((x) => b.some((y) => same(x, y))) && b.every((y) => a.some((x) => same(x, y)));
}

/** Members are compared by form after arithmetic: 2/4 is 1/2, but 0.5 is not. */
function sameMember(a: MathNode, b: MathNode): boolean {
  if (structureOf(a) === structureOf(b)) return true;
  if (isRelation(a) && isRelation(b))
    return a.operator === b.operator && sameMember(a.left, b.left) && sameMember(a.right, b.right);
  if (!isScalar(a) || !isScalar(b)) return isSame(a, b);
  if (!isSame(a, b)) return false;
  if (hasFloat(a) !== hasFloat(b)) return false;
  if (isRational(a) && isRational(b)) return true;
  throw undecidable('members of a set in different forms');
}

function isRational(node: MathNode): boolean {
  return [...walk(node)].every(
    (part) =>
      part.kind === 'number' ||
      part.kind === 'add' ||
      part.kind === 'multiply' ||
      (part.kind === 'power' && isWholeExponent(part.exponent)),
  );
}

function isWholeExponent(node: MathNode): boolean {
  return [...walk(node)].every((part) => part.kind !== 'power' && part.kind !== 'call');
}

function sameScalar(a: MathNode, b: MathNode): boolean {
  if (hasInfinity(a) || hasInfinity(b)) return sameInfinity(a, b);
  if (isExpensive(a) || isExpensive(b)) throw undecidable('a huge power or factorial');
  const names = [...new Set([...namesOf(a), ...namesOf(b)])].sort();
  return names.length > 0 ? sameFunction(a, b, names) : sameNumber(a, b);
}

function sameNumber(a: MathNode, b: MathNode): boolean {
  const none = new Map<string, Value>();
  const x = evaluate(a, none);
  const y = evaluate(b, none);
  if (agree(x, y)) return true;
  return isExact(a) && isExact(b) ? false : isClose(x, y);
}

/** Where names are tried: values without a pattern, of both signs. */
const trials = [
  ['1.3717', '0.7291', '2.1937', '0.4153', '1.9181', '0.8677'],
  ['-0.6173', '1.4489', '-1.2659', '0.3583', '-2.0771', '1.1311'],
  ['2.8391', '-1.7333', '0.5477', '-0.9209', '1.6061', '-0.2917'],
  ['-1.1617', '-0.8123', '-1.9301', '-0.4787', '-2.3143', '-1.5527'],
];

/** Two expressions with names are the same when they agree wherever they are tried. */
function sameFunction(a: MathNode, b: MathNode, names: string[]): boolean {
  let tried = 0;
  for (const values of trials) {
    const given = new Map(names.map((name, index) => [name, trialValue(values, index)]));
    const x = tryEvaluate(a, given);
    const y = tryEvaluate(b, given);
    if (!x || !y) continue;
    if (!agree(x, y)) return false;
    tried += 1;
  }
  if (tried < 1) throw undecidable('an expression that could not be tried anywhere');
  return true;
}

function trialValue(values: string[], index: number): Value {
  const base = real(values[index % values.length]!);
  return { re: base.re.plus(Math.floor(index / values.length) * 0.5), im: base.im };
}

function tryEvaluate(node: MathNode, names: ReadonlyMap<string, Value>): Value | undefined {
  try {
    return evaluate(node, names);
  } catch (error) {
    if (error instanceof MathFailure && error.kind === 'undecidable') return undefined;
    throw error;
  }
}

function namesOf(node: MathNode): string[] {
  return [...walk(node)].flatMap((part) => (part.kind === 'symbol' ? [part.name] : []));
}

function hasFloat(node: MathNode): boolean {
  return [...walk(node)].some((part) => part.kind === 'number' && part.isFloat);
}

function hasInfinity(node: MathNode): boolean {
  return [...walk(node)].some((part) => part.kind === 'constant' && part.name.endsWith('inf'));
}

/** Infinities are the same by form; a finite number is none. */
function sameInfinity(a: MathNode, b: MathNode): boolean {
  const both = hasInfinity(a) && hasInfinity(b);
  const simple = [a, b].every((node) => [...walk(node)].length <= 3);
  if (both && !simple) throw undecidable('arithmetic with infinity');
  return false;
}

/** Rational numbers and their roots. */
function isExact(node: MathNode): boolean {
  return [...walk(node)].every((part) => {
    if (part.kind === 'number') return !part.isFloat;
    if (part.kind === 'constant') return part.name === 'i';
    return part.kind !== 'call' || algebraicCalls.has(part.name);
  });
}

function isExpensive(node: MathNode): boolean {
  return [...walk(node)].some((part) => {
    if (part.kind === 'power') {
      const isHuge = part.exponent.kind === 'number' && Math.abs(Number(part.exponent.value)) > maxExponent;
      return isHuge || part.exponent.kind === 'power';
    }
    const [argument] = part.kind === 'call' && part.name === 'factorial' ? part.items : [];
    return argument?.kind === 'number' && Number(argument.value) > maxFactorial;
  });
}
