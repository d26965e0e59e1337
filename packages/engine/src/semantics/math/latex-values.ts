import { undecidable } from './failure.ts';
import { integer, type MathNode, negated } from './nodes.ts';

/** Infinity with its sign is a value of its own in this notation. */
export function minus(node: MathNode): MathNode {
  const isInfinite = node.kind === 'constant' && node.name === 'inf';
  return isInfinite ? { kind: 'constant', name: '-inf' } : negated(node);
}

/** Both values at once. */
export function plusMinus(left: MathNode, right: MathNode): MathNode {
  const items: MathNode[] = [
    { kind: 'add', items: [left, right] },
    { kind: 'add', items: [left, negated(right)] },
  ];
  return { kind: 'set', items, notation: 'latex' };
}

export function buildCall(name: string, argument: MathNode, base: MathNode | undefined): MathNode {
  if (name === 'ln') return { kind: 'call', name: 'log', items: [argument, { kind: 'constant', name: 'e' }] };
  if (name === 'log') return { kind: 'call', name: 'log', items: [argument, base ?? integer(10)] };
  if (base) throw undecidable('an index at a function');
  return { kind: 'call', name, items: [argument] };
}

export function isMinusOne(node: MathNode): boolean {
  return (
    node.kind === 'multiply' &&
    node.items.every((item) => item.kind === 'number' && Math.abs(Number(item.value)) === 1)
  );
}

/**
 * A product, but for a whole number before a positive number: 3\frac{1}{2} is three and a half. Inspect's parser
 * takes `2 3` and `2(3)` for such mixed numbers too, and so do we: a score must not depend on who ran it.
 */
export function juxtapose(items: MathNode[]): MathNode {
  let product = items.at(-1)!;
  let isMixed = isPositiveLiteral(product);
  for (const item of items.slice(0, -1).reverse()) {
    isMixed &&= isWholeNumber(item);
    product = isMixed ? { kind: 'add', items: [item, product] } : multiplied(item, product);
  }
  return product;
}

function multiplied(left: MathNode, right: MathNode): MathNode {
  const factors = right.kind === 'multiply' && !isFraction(right) ? right.items : [right];
  return { kind: 'multiply', items: [left, ...factors] };
}

function isWholeNumber(node: MathNode): boolean {
  return node.kind === 'number' && !node.isFloat;
}

function isPositiveLiteral(node: MathNode): boolean {
  if (node.kind === 'number') return !node.isFloat && Number(node.value) > 0;
  return isFraction(node);
}

/** \frac of two whole numbers. */
function isFraction(node: MathNode): boolean {
  if (node.kind !== 'multiply' || node.items.length !== 2) return false;
  const [top, bottom] = node.items;
  return isWholeNumber(top!) && bottom?.kind === 'power' && isWholeNumber(bottom.base);
}

/** Words set as text are one name, blanks and brackets left out. */
export function textSymbol(text: string): MathNode {
  const name = text.replace(/[\s()]/g, '').toLowerCase();
  if (!/^[a-z]+$/.test(name)) throw undecidable('a text in a formula');
  return { kind: 'symbol', name };
}
