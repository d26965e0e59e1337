/** Expressions as the two parsers give them. */
export type MathNode =
  | { kind: 'number'; value: string; isFloat: boolean }
  | { kind: 'symbol'; name: string }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'inf' | '-inf' }
  | { kind: 'add'; items: MathNode[] }
  | { kind: 'multiply'; items: MathNode[] }
  | { kind: 'power'; base: MathNode; exponent: MathNode }
  | { kind: 'call'; name: string; items: MathNode[] }
  | { kind: 'relation'; operator: RelationOperator; left: MathNode; right: MathNode }
  | { kind: 'chain'; items: MathNode[]; notation: Notation }
  | { kind: 'tuple'; items: MathNode[]; notation: Notation }
  | { kind: 'set'; items: MathNode[]; notation: Notation }
  | { kind: 'interval'; items: [MathNode, MathNode]; open: [boolean, boolean] }
  | { kind: 'union'; items: MathNode[] }
  | { kind: 'matrix'; rows: MathNode[][] }
  | { kind: 'named-set'; name: string };

export type RelationOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Plain: as in a programming language. The two build sets differently. */
type Notation = 'plain' | 'latex';

export function integer(value: number | string): MathNode {
  return { kind: 'number', value: String(value), isFloat: false };
}

export function negated(node: MathNode): MathNode {
  return { kind: 'multiply', items: [integer(-1), node] };
}

export function inverted(node: MathNode): MathNode {
  return { kind: 'power', base: node, exponent: integer(-1) };
}

/** Text that is equal for expressions of the same structure; sums and products in any order. */
export function structureOf(node: MathNode): string {
  switch (node.kind) {
    case 'number':
      return node.isFloat ? `f${Number(node.value)}` : `n${BigInt(node.value)}`;
    case 'symbol':
    case 'constant':
    case 'named-set':
      return `${node.kind}:${node.name}`;
    case 'add':
    case 'multiply':
      return `${node.kind}(${node.items.map(structureOf).sort().join(',')})`;
    case 'power':
      return `power(${structureOf(node.base)},${structureOf(node.exponent)})`;
    case 'relation':
      return `${node.operator}(${structureOf(node.left)},${structureOf(node.right)})`;
    case 'chain':
    case 'tuple':
      return `${node.notation}-${node.kind}(${node.items.map(structureOf).join(',')})`;
    case 'set':
      return `${node.notation}-set(${node.items.map(structureOf).sort().join(',')})`;
    case 'interval':
      return `interval${node.open.join('')}(${node.items.map(structureOf).join(',')})`;
    case 'matrix':
      return `matrix(${node.rows.map((row) => row.map(structureOf).join(',')).join(';')})`;
    case 'call':
      return `${node.name}(${node.items.map(structureOf).join(',')})`;
    default:
      return `${node.kind}(${node.items.map(structureOf).join(',')})`;
  }
}

/** As {@link structureOf}, with the order of sums and products kept: how the plain notation is compared. */
export function writtenFormOf(node: MathNode): string {
  const parts = partsOf(node).map(writtenFormOf).join(',');
  const detail = node.kind === 'call' ? node.name : node.kind === 'relation' ? node.operator : '';
  return parts === '' ? structureOf(node) : `${node.kind}${detail}(${parts})`;
}

/** A number, or what stands for one. */
export function isScalar(node: MathNode): boolean {
  return ['number', 'symbol', 'constant', 'add', 'multiply', 'power', 'call'].includes(node.kind);
}

/** Direct parts of a node. */
export function partsOf(node: MathNode): MathNode[] {
  switch (node.kind) {
    case 'number':
    case 'symbol':
    case 'constant':
    case 'named-set':
      return [];
    case 'power':
      return [node.base, node.exponent];
    case 'relation':
      return [node.left, node.right];
    case 'matrix':
      return node.rows.flat();
    default:
      return node.items;
  }
}

/** The node and everything in it. */
export function* walk(node: MathNode): Generator<MathNode> {
  yield node;
  for (const part of partsOf(node)) yield* walk(part);
}
