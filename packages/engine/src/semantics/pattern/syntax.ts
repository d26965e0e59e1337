/** The tree of a pattern. Positions count code points. */

/** Tells whether one code point belongs. */
export type CharTest = (code: number) => boolean;

export interface CharNode {
  type: 'char';
  test: CharTest;
  /** The only code point that fits, when there is just one: lets the search jump ahead. */
  code?: number;
}

export type AssertKind =
  | 'start'
  | 'end'
  | 'last-line-end'
  | 'line-start'
  | 'line-end'
  | 'word-edge'
  | 'no-word-edge';

export interface AssertNode {
  type: 'assert';
  kind: AssertKind;
  /** `\b` of ASCII letters only. */
  ascii: boolean;
}

interface GroupNode {
  type: 'group';
  /** 1-based; undefined for a group that captures nothing. */
  index?: number;
  body: PatternNode;
}

interface BackReferenceNode {
  type: 'back-reference';
  index: number;
  ignoreCase: boolean;
  /** Of the group referred to. */
  width: { min: number; max: number };
}

interface LookNode {
  type: 'look';
  behind: boolean;
  negative: boolean;
  body: PatternNode;
}

interface AtomicNode {
  type: 'atomic';
  body: PatternNode;
}

interface ConditionNode {
  type: 'condition';
  index: number;
  yes: PatternNode;
  no: PatternNode;
}

interface AlternationNode {
  type: 'alternation';
  branches: PatternNode[];
}

interface SequenceNode {
  type: 'sequence';
  items: PatternNode[];
}

export interface RepeatNode {
  type: 'repeat';
  min: number;
  /** Infinity for no bound. */
  max: number;
  mode: 'greedy' | 'lazy' | 'possessive';
  body: PatternNode;
}

export type PatternNode =
  | CharNode
  | AssertNode
  | GroupNode
  | BackReferenceNode
  | LookNode
  | AtomicNode
  | ConditionNode
  | AlternationNode
  | SequenceNode
  | RepeatNode;

export interface Flags {
  ignoreCase: boolean;
  multiLine: boolean;
  dotAll: boolean;
  verbose: boolean;
  ascii: boolean;
}

/** Fewest and most code points a node can match. */
export function widthOf(node: PatternNode): { min: number; max: number } {
  switch (node.type) {
    case 'char':
      return { min: 1, max: 1 };
    case 'assert':
    case 'look':
      return { min: 0, max: 0 };
    case 'back-reference':
      return node.width;
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'condition':
      return widest([node.yes, node.no]);
    case 'alternation':
      return widest(node.branches);
    case 'sequence':
      return node.items
        .map(widthOf)
        .reduce((a, b) => ({ min: a.min + b.min, max: a.max + b.max }), { min: 0, max: 0 });
    case 'repeat':
      return repeatedWidth(node);
  }
}

function widest(nodes: PatternNode[]): { min: number; max: number } {
  const widths = nodes.map(widthOf);
  return { min: Math.min(...widths.map((w) => w.min)), max: Math.max(...widths.map((w) => w.max)) };
}

function repeatedWidth(node: RepeatNode): { min: number; max: number } {
  const width = widthOf(node.body);
  return { min: width.min * node.min, max: width.max === 0 ? 0 : width.max * node.max };
}
